# Rubbish ends the session.
resolver
puppet x
at 1s x connects resolver
at 1.1s x writes resolver preamble
show tcp
at 2s x writes resolver envelope 'rubbish'
at 9s end
---
[   1000ms] x ! connects resolver
[   1100ms] x ! writes resolver preamble
[   2000ms] x ! writes resolver envelope 'rubbish'
[   2010ms] resolver > resets the connection to x
[   2020ms] x : the connection from resolver is reset
