import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import defi.kernel.clock
from defi.kernel.migrating import Together


class Migration(migrations.Migration):
    # The history before the first release, in one: a database that has it all has this one.
    replaces = [
        ("sourcing", "0001_initial"),
        ("sourcing", "0002_events"),
        ("sourcing", "0003_before_the_start"),
        ("sourcing", "0004_lists_and_likeness"),
        ("sourcing", "0005_applications_and_declarations"),
    ]

    initial = True

    dependencies = [
        ("operations", "0001_first_release"),
        ("people", "0001_first_release"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="AimsShared",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("shared_on", models.DateField()),
                        ("how", models.CharField(max_length=120)),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="Announcement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("channel", models.CharField(max_length=120, verbose_name="support")),
                        ("published_on", models.DateField()),
                        ("employers", models.ManyToManyField(related_name="+", to="people.organisation")),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="Candidacy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        (
                            "funding",
                            models.CharField(
                                choices=[
                                    ("region", "Région"),
                                    ("poei", "POEI"),
                                    ("poec", "POEC"),
                                    ("professionalisation", "contrat de professionnalisation"),
                                    ("apprenticeship", "contrat d'apprentissage"),
                                ],
                                default="region",
                                max_length=20,
                            ),
                        ),
                        ("aim_contract", models.CharField(blank=True, max_length=20)),
                        ("aim_months", models.PositiveSmallIntegerField(null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("oriented", "orienté"),
                                    ("invited", "invité"),
                                    ("met", "rencontré"),
                                    ("selected", "retenu"),
                                    ("reserve", "en réserve"),
                                    ("confirmed", "confirmé"),
                                    ("entered", "entré en formation"),
                                    ("left", "parti en cours de formation"),
                                    ("completed", "arrivé au terme"),
                                    ("declined", "non retenu"),
                                    ("withdrawn", "a renoncé"),
                                    ("no_show", "ne s'est pas présenté"),
                                    ("merged", "réuni avec une autre fiche"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("oriented_on", models.DateField()),
                        ("invited_on", models.DateField(null=True)),
                        ("met_on", models.DateField(null=True)),
                        ("selected_on", models.DateField(null=True)),
                        ("confirmed_on", models.DateField(null=True)),
                        ("answered_on", models.DateField(null=True)),
                        ("asked_again_on", models.DateField(null=True)),
                        ("said_again_on", models.DateField(null=True)),
                        ("entered_on", models.DateField(null=True)),
                        ("left_on", models.DateField(null=True)),
                        (
                            "ended_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("no_seat", "plus de place"),
                                    ("other_project", "le projet professionnel vise un autre métier"),
                                    ("schedule", "horaires ou lieu incompatibles"),
                                    (
                                        "prerequisite",
                                        "prérequis du métier non atteint (permis, aptitude réglementaire)",
                                    ),
                                    ("found_job", "a trouvé un emploi"),
                                    ("other_training", "est entré dans une autre formation"),
                                    ("no_answer", "n'a pas répondu"),
                                    ("personal_choice", "raison personnelle"),
                                    ("discipline", "décision de l'organisme (règlement intérieur)"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "oriented_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                            ),
                        ),
                        (
                            "prescriber",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.organisation",
                            ),
                        ),
                        (
                            "referent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "session",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.session"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "indexes": [models.Index(fields=["operation", "state"], name="candidacy_by_state")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("session", "person"),
                                name="candidacy_once_per_session",
                                violation_error_message="Cette personne est déjà dans cette session.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "entered")),
                                fields=("person",),
                                name="candidacy_one_session_at_once",
                                violation_error_message="Cette personne suit déjà une autre session.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["entered", "left", "completed"]), _negated=True),
                                    ("entered_on__isnull", False),
                                    _connector="OR",
                                ),
                                name="candidacy_entered_has_its_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("left_on__isnull", False), ("state__in", ["left", "completed"])),
                                    models.Q(
                                        models.Q(("state__in", ["left", "completed"]), _negated=True), ("left_on", None)
                                    ),
                                    _connector="OR",
                                ),
                                name="candidacy_exit_has_its_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("left_on", None), ("left_on__gte", models.F("entered_on")), _connector="OR"
                                ),
                                name="candidacy_leaves_after_entry",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "invited"), _negated=True),
                                    ("invited_on__isnull", False),
                                    _connector="OR",
                                ),
                                name="candidacy_invited_has_its_date",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Application",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("first_name", models.CharField(blank=True, max_length=80, verbose_name="prénom")),
                        ("last_name", models.CharField(blank=True, max_length=80, verbose_name="nom")),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="adresse électronique")),
                        ("phone", models.CharField(blank=True, max_length=20, verbose_name="téléphone")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("to_confirm", "à confirmer"),
                                    ("accepted", "dans les candidatures"),
                                    ("dropped", "sans suite"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("asked_on", models.DateField()),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "session",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.session"
                            ),
                        ),
                        (
                            "candidacy",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sourcing.candidacy",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state", "to_confirm"),
                                        models.Q(("last_name", ""), _negated=True),
                                        models.Q(
                                            models.Q(("email", ""), _negated=True),
                                            models.Q(("phone", ""), _negated=True),
                                            _connector="OR",
                                        ),
                                    ),
                                    models.Q(
                                        models.Q(("state", "to_confirm"), _negated=True),
                                        ("email", ""),
                                        ("first_name", ""),
                                        ("last_name", ""),
                                        ("phone", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="application_is_erased_once_over",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("candidacy__isnull", False), ("state", "accepted")),
                                    models.Q(models.Q(("state", "accepted"), _negated=True), ("candidacy", None)),
                                    _connector="OR",
                                ),
                                name="application_accepted_has_its_candidacy",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CandidacyImport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("name", models.CharField(max_length=160, verbose_name="fichier")),
                        ("sha256", models.CharField(max_length=64)),
                        ("formulas", models.PositiveIntegerField(default=0)),
                        ("left_out", models.PositiveSmallIntegerField(default=0)),
                        ("received_on", models.DateField()),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "session",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.session"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("session", "organisation", "sha256"), name="candidacy_import_of_a_file_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CandidacyImportRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("number", models.PositiveIntegerField()),
                        ("cells", models.JSONField(default=dict)),
                        ("emptied", models.JSONField(default=dict)),
                        ("faults", models.JSONField(default=dict)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("faulty", "à corriger"),
                                    ("twin", "déjà connue ?"),
                                    ("ready", "prête"),
                                    ("known", "déjà dans la liste"),
                                    ("imported", "importée"),
                                    ("dropped", "écartée"),
                                ],
                                default="faulty",
                                max_length=8,
                            ),
                        ),
                        (
                            "decision",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("same", "c'est la même personne"),
                                    ("two", "ce sont deux personnes"),
                                    ("drop", "écarter la ligne"),
                                ],
                                max_length=4,
                            ),
                        ),
                        (
                            "candidacy",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sourcing.candidacy",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="sourcing.candidacyimport",
                            ),
                        ),
                        (
                            "twin_person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "twin_row",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="sourcing.candidacyimportrow",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("source", "number"), name="candidacy_import_line_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("candidacy__isnull", False), ("state", "imported")),
                                    models.Q(models.Q(("state", "imported"), _negated=True), ("candidacy", None)),
                                    _connector="OR",
                                ),
                                name="candidacy_import_line_has_its_candidacy",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["imported", "dropped"]), _negated=True),
                                    ("cells", {}),
                                    _connector="OR",
                                ),
                                name="candidacy_import_line_is_erased",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Declared",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        (
                            "met",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), blank=True, default=list, size=None
                            ),
                        ),
                        (
                            "unmet",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), blank=True, default=list, size=None
                            ),
                        ),
                        (
                            "publics",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                            ),
                        ),
                        ("declared_on", models.DateField()),
                        (
                            "candidacy",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sourcing.candidacy"
                            ),
                        ),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="EntryCondition",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("wording", models.CharField(max_length=120, verbose_name="condition")),
                        ("dropped_on", models.DateField(null=True)),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("dropped_on", None)),
                                fields=("operation", "wording"),
                                name="entry_condition_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("title", models.CharField(max_length=160, verbose_name="titre")),
                        ("text", models.TextField(verbose_name="texte")),
                        ("contact", models.CharField(blank=True, max_length=120, verbose_name="qui joindre")),
                        ("phone", models.CharField(blank=True, max_length=20, verbose_name="téléphone")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "en préparation"),
                                    ("asked", "accords demandés"),
                                    ("published", "publiée"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("edition", models.PositiveSmallIntegerField(default=1)),
                        ("code", models.CharField(max_length=12, unique=True)),
                        ("number", models.CharField(blank=True, max_length=40)),
                        ("published_on", models.DateField(null=True)),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("operation",), name="notice_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "published"), _negated=True),
                                    models.Q(("published_on__isnull", False), models.Q(("number", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="notice_published_has_its_date",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeFirm",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("posts", models.PositiveSmallIntegerField(verbose_name="postes")),
                        ("wording", models.CharField(max_length=200, verbose_name="les postes, en mots")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "accord attendu"),
                                    ("approved", "d'accord"),
                                    ("declined", "ne souhaite pas être nommée"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("edition", models.PositiveSmallIntegerField(default=0)),
                        ("answered_on", models.DateField(null=True)),
                        ("recorded", models.BooleanField(default=False)),
                        (
                            "employer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                        (
                            "notice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="firms", to="sourcing.notice"
                            ),
                        ),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("notice", "employer"), name="notice_firm_once"),
                            models.CheckConstraint(
                                condition=models.Q(("posts__gte", 1), ("posts__lte", 200)),
                                name="notice_firm_posts_possible",
                                violation_error_message="Indiquez de 1 à 200 postes.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("answered_on", None), ("state", "waiting")),
                                    models.Q(
                                        models.Q(("state", "waiting"), _negated=True), ("answered_on__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="notice_firm_answer_has_its_date",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PersonPair",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("merged", "une même personne"),
                                    ("apart", "deux personnes"),
                                    ("undone", "séparées de nouveau"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("decided_on", models.DateField()),
                        ("moves", models.JSONField(default=list)),
                        ("filled", models.JSONField(default=list)),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "kept",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                        (
                            "other",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("kept", models.F("other")), _negated=True),
                                name="person_pair_is_of_two",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "merged")),
                                fields=("other",),
                                name="person_pair_merged_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "apart")),
                                fields=("organisation", "kept", "other"),
                                name="person_pair_apart_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SourcingLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("kind", models.CharField(max_length=12)),
                        ("planned_on", models.DateField()),
                        ("place", models.CharField(blank=True, max_length=160, verbose_name="lieu")),
                        ("aim", models.CharField(blank=True, max_length=200, verbose_name="but")),
                        ("at", models.TimeField(null=True)),
                        ("minutes", models.PositiveSmallIntegerField(null=True, verbose_name="durée en minutes")),
                        ("led_by", models.CharField(blank=True, max_length=120, verbose_name="animée par")),
                        ("follows", models.CharField(blank=True, max_length=300, verbose_name="ce qui suit")),
                        ("accompanied_by", models.CharField(blank=True, max_length=160, verbose_name="qui accompagne")),
                        ("places", models.PositiveSmallIntegerField(null=True, verbose_name="places")),
                        ("published_on", models.DateField(null=True)),
                        ("cancelled_on", models.DateField(null=True)),
                        ("done_on", models.DateField(null=True)),
                        ("came", models.PositiveSmallIntegerField(null=True, verbose_name="personnes venues")),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["planned_on", "id"],
                        "indexes": [models.Index(fields=["planned_on"], name="event_by_day")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("published_on", None),
                                    models.Q(
                                        ("at__isnull", False),
                                        ("minutes__isnull", False),
                                        models.Q(("aim", ""), _negated=True),
                                        models.Q(("place", ""), _negated=True),
                                        models.Q(("led_by", ""), _negated=True),
                                        models.Q(("follows", ""), _negated=True),
                                        models.Q(("accompanied_by", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="event_published_is_framed",
                                violation_error_message="Une rencontre publiée dit son but, son cadre, la suite et qui accompagne.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("cancelled_on", None), ("done_on", None), _connector="OR"),
                                name="event_cancelled_was_not_held",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Booking",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("first_name", models.CharField(blank=True, max_length=80, verbose_name="prénom")),
                        ("last_name", models.CharField(blank=True, max_length=80, verbose_name="nom")),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="adresse électronique")),
                        ("phone", models.CharField(blank=True, max_length=20, verbose_name="téléphone")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("to_confirm", "à confirmer"),
                                    ("booked", "inscrit"),
                                    ("waiting", "en liste d'attente"),
                                    ("cancelled", "annulé"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("asked_on", models.DateField()),
                        ("reminded_for", models.DateField(null=True)),
                        (
                            "attendance",
                            models.CharField(
                                blank=True,
                                choices=[("came", "venu"), ("excused", "excusé"), ("absent", "pas venu")],
                                max_length=8,
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("applies", "souhaite candidater"),
                                    ("interview", "entretien à fixer"),
                                    ("immersion", "visite ou immersion à prévoir"),
                                    ("thinks", "réfléchit"),
                                    ("other_way", "préfère une autre voie"),
                                    ("simulation_passed", "exercices réussis"),
                                    ("simulation_failed", "exercices non réussis"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "prescriber",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.organisation",
                            ),
                        ),
                        (
                            "candidacy",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sourcing.candidacy",
                            ),
                        ),
                        (
                            "event",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bookings",
                                to="sourcing.sourcingline",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "indexes": [models.Index(fields=["event", "state"], name="booking_by_state")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "cancelled"), _negated=True),
                                fields=("event", "candidacy"),
                                name="booking_once_per_candidacy",
                                violation_error_message="Cette personne est déjà inscrite.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("candidacy__isnull", False),
                                    models.Q(("last_name", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="booking_is_of_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("outcome", ""), ("attendance", "came"), _connector="OR"),
                                name="booking_outcome_of_who_came",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TeamMember",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        (
                            "body",
                            models.CharField(
                                choices=[("team", "équipe projet"), ("committee", "comité de pilotage")], max_length=10
                            ),
                        ),
                        (
                            "operation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="operations.operation"
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["body", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("operation", "body", "organisation"), name="team_member_once"
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
