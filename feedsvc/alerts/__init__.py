"""From the state of the service to messages for those who have to act: one for each change, and none in between.

    readings    the store and the disk        -> a reading: values, at one instant
    rules       a reading                     -> a verdict for each rule: trouble, well, or not to be told
    changes     a verdict, and what stood     -> what stands now, and the message on it
    messages    a message                     -> a signed request, or mail

`rhythm` tells when silence is unusual. Everything but `readings` is made of pure functions of values.
"""
