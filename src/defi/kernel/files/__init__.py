"""The file space of an operation: typed files with their versions, checked by their bytes, seen by who may.

A room declares a kind once (`kinds.declare`); its actions keep, replace and take off files of that kind (`keeping`),
within the action that causes it, so that the journal tells of each. `download` gives a version back, always as an
attachment; `antivirus` is the hook of an installation that has one."""
