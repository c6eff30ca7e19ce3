"""The telephone line (SIP). Its stack works in a process of its own: a crash ends no program."""
