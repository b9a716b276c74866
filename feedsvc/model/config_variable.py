"""The name of an environment variable, which commands need before they load what reads a configuration."""

CONFIG_VARIABLE = "FEEDSVC_CONFIG"
"""The environment variable with the path of the configuration, used if no argument gives it."""
