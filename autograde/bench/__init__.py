"""`make bench`: what the course promises, measured side by side.

`checks` scores the tests against the bank of wrong and right answers; `grading`
measures our grader, stock nbgrader and otter on one class; `attacks` grades hostile
and odd submissions with ours and with stock nbgrader; `killed` stops a grading at
random moments and compares the grades.
"""
