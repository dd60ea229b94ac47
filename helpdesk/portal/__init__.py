"""The public face: home, Vaccine Provider, Learn, hours and phone, health for monitors."""
