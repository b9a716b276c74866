"""Turns the state of the service into alert messages for operators: one message per change, and none in between.

    readings    the store and the disk             -> a reading: values, at one instant
    rules       a reading                          -> a verdict for each rule: trouble, well, or unknown
    changes     a verdict, and the previous state  -> the new state, and the message to send
    messages    a message                          -> a signed request, or mail

`rhythm` computes from when on silence is unusual. All modules except `readings` are pure functions of values.
"""
