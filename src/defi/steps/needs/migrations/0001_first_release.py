import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import defi.kernel.clock
from defi.kernel.migrating import Together


class Migration(migrations.Migration):
    # The history before the first release, in one: a database that has it all has this one.
    replaces = [
        ("needs", "0001_initial"),
        ("needs", "0002_sheet"),
        ("needs", "0003_collective"),
        ("needs", "0004_employer_named"),
    ]

    initial = True

    dependencies = [
        ("operations", "0001_first_release"),
        ("people", "0001_first_release"),
        ("reference", "0001_first_release"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="CollectiveNeed",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("title", models.CharField(max_length=160, verbose_name="intitulé")),
                        ("wanted_from", models.DateField(blank=True, null=True, verbose_name="à partir du")),
                        ("diagnosis", models.TextField(blank=True, verbose_name="diagnostic du territoire")),
                        (
                            "diagnosis_source",
                            models.CharField(blank=True, max_length=200, verbose_name="source du diagnostic"),
                        ),
                        ("diagnosis_on", models.DateField(blank=True, null=True, verbose_name="date du diagnostic")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "à instruire"),
                                    ("in_operation", "en opération"),
                                    ("closed", "sans suite"),
                                    ("dissolved", "défait"),
                                ],
                                default="open",
                                max_length=14,
                            ),
                        ),
                        (
                            "basin",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reference.basin"
                            ),
                        ),
                        (
                            "job",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reference.job"
                            ),
                        ),
                        (
                            "operation",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="operations.operation",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("operation__isnull", False), ("state", "in_operation")),
                                    models.Q(models.Q(("state", "in_operation"), _negated=True), ("operation", None)),
                                    _connector="OR",
                                ),
                                name="collective_in_operation_has_one",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CollectiveFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("name", models.CharField(max_length=160, verbose_name="nom")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="ce qu'il contient")),
                        ("media_type", models.CharField(max_length=80)),
                        ("size", models.PositiveIntegerField()),
                        ("sha256", models.CharField(max_length=64)),
                        ("content", models.BinaryField()),
                        ("added_on", models.DateField()),
                        ("withdrawn_on", models.DateField(null=True)),
                        (
                            "added_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "collective",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="needs.collectiveneed"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("withdrawn_on", None)),
                                fields=("collective", "sha256"),
                                name="collective_file_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DiagnosisFigure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("label", models.CharField(max_length=120, verbose_name="ce que dit le chiffre")),
                        ("value", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="chiffre")),
                        ("unit", models.CharField(blank=True, max_length=20, verbose_name="unité")),
                        ("source", models.CharField(max_length=200, verbose_name="source")),
                        ("established_on", models.DateField(verbose_name="établi le")),
                        (
                            "collective",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="needs.collectiveneed"
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="Need",
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
                            "employer_named",
                            models.CharField(
                                blank=True, max_length=160, verbose_name="entreprise, telle qu'elle s'est nommée"
                            ),
                        ),
                        (
                            "contact_email",
                            models.EmailField(blank=True, max_length=254, verbose_name="adresse électronique"),
                        ),
                        ("contact_phone", models.CharField(blank=True, max_length=20, verbose_name="téléphone")),
                        ("typed_by_name", models.CharField(blank=True, max_length=160, verbose_name="remplie par")),
                        ("wording", models.CharField(max_length=200, verbose_name="qui cherchez-vous ?")),
                        ("posts", models.PositiveSmallIntegerField(verbose_name="nombre de postes")),
                        (
                            "contract",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("cdi", "CDI"),
                                    ("cdd", "CDD"),
                                    ("ctt", "contrat de travail temporaire (CTT)"),
                                    ("professionalisation", "contrat de professionnalisation"),
                                    ("apprenticeship", "contrat d'apprentissage"),
                                ],
                                max_length=20,
                                verbose_name="contrat",
                            ),
                        ),
                        (
                            "months",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="durée en mois"),
                        ),
                        (
                            "weekly_hours",
                            models.DecimalField(
                                blank=True, decimal_places=1, max_digits=4, null=True, verbose_name="heures par semaine"
                            ),
                        ),
                        ("wanted_from", models.DateField(blank=True, null=True, verbose_name="à partir du")),
                        (
                            "offers_platform",
                            models.BooleanField(default=False, verbose_name="prête un plateau technique"),
                        ),
                        ("offers_placement", models.BooleanField(default=False, verbose_name="accueille en stage")),
                        ("offers_visit", models.BooleanField(default=False, verbose_name="ouvre une visite")),
                        ("offers_tutor", models.BooleanField(default=False, verbose_name="désigne un tuteur")),
                        ("requirements_asked", models.TextField(blank=True, verbose_name="exigences habituelles")),
                        (
                            "requirements_needed",
                            models.TextField(blank=True, verbose_name="vraiment nécessaire au poste"),
                        ),
                        (
                            "expectations",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("new_people", "rencontrer des personnes que je ne vois pas d'habitude"),
                                        ("basics", "des savoir-être et des bases solides"),
                                        ("own_needs", "une formation à mes besoins propres"),
                                        ("image", "une meilleure image de mes métiers"),
                                        ("support", "être accompagné"),
                                    ],
                                    max_length=12,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="attentes",
                            ),
                        ),
                        ("comment", models.TextField(blank=True, verbose_name="précisions")),
                        ("submission_key", models.CharField(blank=True, max_length=40, null=True, unique=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("to_confirm", "à confirmer par l'employeur"),
                                    ("received", "reçu"),
                                    ("grouped", "regroupé"),
                                    ("answered", "répondu"),
                                    ("withdrawn", "retiré"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("received_on", models.DateField()),
                        ("answer", models.TextField(blank=True)),
                        ("answered_on", models.DateField(null=True)),
                        (
                            "basin",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reference.basin"
                            ),
                        ),
                        (
                            "collective",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="needs",
                                to="needs.collectiveneed",
                            ),
                        ),
                        (
                            "commune",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="reference.commune",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "employer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                        (
                            "job",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="reference.job",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                        (
                            "same_as",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="needs.need",
                            ),
                        ),
                        (
                            "typed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "typed_for",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.organisation",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-received_on", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("posts__gte", 1), ("posts__lte", 500)),
                                name="need_posts_possible",
                                violation_error_message="Un besoin compte de 1 à 500 postes.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("answered_on__isnull", False), ("state", "answered")),
                                    models.Q(models.Q(("state", "answered"), _negated=True), ("answered_on", None)),
                                    _connector="OR",
                                ),
                                name="need_answered_has_its_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "grouped"), _negated=True),
                                    models.Q(("collective__isnull", False), ("job__isnull", False)),
                                    _connector="OR",
                                ),
                                name="need_grouped_has_its_group_and_job",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("same_as", None), ("state", "withdrawn"), _connector="OR"),
                                name="need_that_repeats_another_is_withdrawn",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NeedCompetence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("label", models.CharField(max_length=255)),
                        (
                            "nature",
                            models.CharField(
                                choices=[
                                    ("technical", "technique"),
                                    ("behavioural", "comportementale"),
                                    ("transversal", "transversale"),
                                ],
                                default="technical",
                                max_length=12,
                            ),
                        ),
                        ("really_needed", models.BooleanField(default=True)),
                        ("why", models.CharField(blank=True, max_length=200, verbose_name="ce qui l'explique")),
                        (
                            "competence",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="reference.competence",
                            ),
                        ),
                        (
                            "need",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="competences", to="needs.need"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [models.UniqueConstraint(fields=("need", "label"), name="need_competence_once")],
                    },
                ),
                migrations.CreateModel(
                    name="NeedDraft",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("key", models.CharField(max_length=40, unique=True)),
                        ("typed", models.JSONField(default=dict)),
                        ("saved_at", models.DateTimeField()),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="NeedImport",
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
                        ("head", models.JSONField(default=list)),
                        ("columns", models.JSONField(default=dict)),
                        ("formulas", models.PositiveIntegerField(default=0)),
                        ("received_on", models.DateField()),
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
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organisation", "sha256"), name="need_import_of_a_file_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NeedImportRow",
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
                        ("raw", models.JSONField(default=list)),
                        ("cells", models.JSONField(default=dict)),
                        ("mended", models.BooleanField(default=False)),
                        ("faults", models.JSONField(default=dict)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("faulty", "à corriger"),
                                    ("twin", "déjà connu ?"),
                                    ("ready", "prêt"),
                                    ("imported", "importé"),
                                    ("dropped", "écarté"),
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
                                    ("both", "ce sont deux recherches"),
                                    ("merge", "c'est la même : compléter la première"),
                                    ("drop", "écarter la ligne"),
                                ],
                                max_length=5,
                            ),
                        ),
                        (
                            "need",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="needs.need",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="needs.needimport"
                            ),
                        ),
                        (
                            "twin_need",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="needs.need",
                            ),
                        ),
                        (
                            "twin_row",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="needs.needimportrow",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("source", "number"), name="need_import_line_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("need__isnull", False), ("state", "imported")),
                                    models.Q(models.Q(("state", "imported"), _negated=True), ("need", None)),
                                    _connector="OR",
                                ),
                                name="need_import_line_imported_has_its_need",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PublicProfile",
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
                                choices=[("asked", "demandé"), ("given", "donné"), ("declined", "absent")],
                                default="given",
                                max_length=10,
                            ),
                        ),
                        ("asked_on", models.DateField(null=True)),
                        (
                            "could_enter",
                            models.PositiveIntegerField(null=True, verbose_name="personnes qui pourraient entrer"),
                        ),
                        (
                            "below_level_3",
                            models.PositiveIntegerField(blank=True, null=True, verbose_name="sans diplôme"),
                        ),
                        (
                            "level_3",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="CAP, BEP ou titre de niveau 3"
                            ),
                        ),
                        ("level_4_up", models.PositiveIntegerField(blank=True, null=True, verbose_name="bac ou plus")),
                        (
                            "french_to_learn",
                            models.PositiveIntegerField(blank=True, null=True, verbose_name="français à consolider"),
                        ),
                        (
                            "without_vehicle",
                            models.PositiveIntegerField(blank=True, null=True, verbose_name="sans moyen de transport"),
                        ),
                        (
                            "to_adapt",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="avec une adaptation à prévoir"
                            ),
                        ),
                        ("adaptations", models.TextField(blank=True, verbose_name="adaptations à prévoir")),
                        ("absence", models.TextField(blank=True, verbose_name="pourquoi le profil manque")),
                        ("recorded_on", models.DateField(null=True)),
                        (
                            "collective",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="profiles",
                                to="needs.collectiveneed",
                            ),
                        ),
                        (
                            "operation",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="operations.operation",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                        (
                            "recorded_as",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.organisation",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("could_enter__isnull", False),
                                        ("recorded_on__isnull", False),
                                        ("state", "given"),
                                    ),
                                    models.Q(models.Q(("state", "given"), _negated=True), ("could_enter", None)),
                                    _connector="OR",
                                ),
                                name="profile_given_has_its_count",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "declined"), models.Q(("absence", ""), _negated=True)),
                                    models.Q(models.Q(("state", "declined"), _negated=True), ("absence", "")),
                                    _connector="OR",
                                ),
                                name="profile_absent_has_its_reason",
                            ),
                            models.UniqueConstraint(
                                fields=("organisation", "collective"), name="profile_once_per_collective"
                            ),
                            models.UniqueConstraint(
                                fields=("organisation", "operation"), name="profile_once_per_operation"
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
