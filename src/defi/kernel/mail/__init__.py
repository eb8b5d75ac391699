"""Mail: a row of the action that causes it, carried later, at the hours and in the number that people can bear.

`outbox` writes the rows · `purposes` says what each kind of mail is and how urgent · `hours` when anything may leave ·
`reminders` what is said again · `leaving` decides what leaves now, `composing` words it, `posting` hands it over ·
`bounces` reads what comes back · `directory` is what the rooms above tell of people."""
