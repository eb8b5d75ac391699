import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import defi.kernel.clock
from defi.kernel.migrating import Together


class Migration(migrations.Migration):
    # The history before the first release, in one: a database that has it all has this one.
    replaces = [
        ("offer", "0001_initial"),
        ("offer", "0002_catalogue"),
        ("offer", "0003_lots"),
        ("offer", "0004_territory_names"),
    ]

    initial = True

    dependencies = [
        ("needs", "0001_first_release"),
        ("operations", "0001_first_release"),
        ("people", "0001_first_release"),
        ("reference", "0001_first_release"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="AnswerDigest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("sent_on", models.DateField()),
                        ("owed", models.PositiveIntegerField(verbose_name="réponses dues")),
                        (
                            "officer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
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
                    },
                ),
                migrations.CreateModel(
                    name="CatalogueImport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("source", models.CharField(max_length=80, verbose_name="source")),
                        ("file_name", models.CharField(max_length=200, verbose_name="fichier")),
                        ("fingerprint", models.CharField(max_length=64, verbose_name="empreinte SHA-256")),
                        ("size", models.PositiveBigIntegerField(verbose_name="taille en octets")),
                        ("lheo_version", models.CharField(max_length=5, verbose_name="version de LHÉO")),
                        ("read", models.PositiveIntegerField(default=0, verbose_name="formations lues")),
                        ("added", models.PositiveIntegerField(default=0, verbose_name="formations ajoutées")),
                        ("changed", models.PositiveIntegerField(default=0, verbose_name="formations modifiées")),
                        ("refused", models.PositiveIntegerField(default=0, verbose_name="formations refusées")),
                        (
                            "withdrawn",
                            models.PositiveIntegerField(
                                default=0, verbose_name="formations qui ne sont plus proposées"
                            ),
                        ),
                        ("sessions", models.PositiveIntegerField(default=0, verbose_name="sessions proposées")),
                        ("faults", models.PositiveIntegerField(default=0, verbose_name="fautes")),
                        ("warnings", models.PositiveIntegerField(default=0, verbose_name="avertissements")),
                        (
                            "loaded_by",
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
                        "verbose_name": "import du catalogue",
                        "verbose_name_plural": "imports du catalogue",
                        "ordering": ["-id"],
                    },
                ),
                migrations.CreateModel(
                    name="ImportRow",
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
                            "kind",
                            models.CharField(
                                choices=[("refused", "formation refusée"), ("warning", "avertissement")],
                                max_length=8,
                                verbose_name="nature",
                            ),
                        ),
                        ("line", models.PositiveIntegerField(verbose_name="ligne")),
                        ("element", models.CharField(max_length=60, verbose_name="élément")),
                        ("number", models.CharField(blank=True, max_length=200, verbose_name="formation")),
                        ("sentence", models.CharField(max_length=400, verbose_name="constat")),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="offer.catalogueimport",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "ligne du rapport d'import",
                        "verbose_name_plural": "lignes du rapport d'import",
                        "ordering": ["run", "line", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="Lot",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("market_number", models.CharField(max_length=40, verbose_name="numéro du marché")),
                        ("number", models.CharField(max_length=20, verbose_name="lot")),
                        ("title", models.CharField(max_length=200, verbose_name="intitulé")),
                        ("sector", models.CharField(blank=True, max_length=120, verbose_name="secteur")),
                        ("territory", models.TextField(blank=True, verbose_name="territoire, comme le marché l'écrit")),
                        (
                            "departments",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=3),
                                default=list,
                                size=None,
                                verbose_name="départements",
                            ),
                        ),
                        (
                            "levels",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(),
                                default=list,
                                size=None,
                                verbose_name="niveaux",
                            ),
                        ),
                        (
                            "categories",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("prepa", "Prépa Métiers"),
                                        ("chantier", "Chantier formation"),
                                        ("metier", "Se former au métier de…"),
                                        ("certifying", "parcours certifiant"),
                                        ("professional", "parcours professionnalisant"),
                                        ("access", "accès à la qualification"),
                                    ],
                                    max_length=12,
                                ),
                                default=list,
                                size=None,
                                verbose_name="catégories",
                            ),
                        ),
                        (
                            "certification",
                            models.CharField(blank=True, max_length=300, verbose_name="certification visée"),
                        ),
                        (
                            "certifications",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=14),
                                default=list,
                                size=None,
                                verbose_name="numéros RNCP et RS",
                            ),
                        ),
                        ("digest", models.CharField(blank=True, editable=False, max_length=64)),
                        ("basins", models.ManyToManyField(related_name="+", to="reference.basin")),
                        ("co_holders", models.ManyToManyField(related_name="+", to="people.organisation")),
                        ("communes", models.ManyToManyField(related_name="+", to="reference.commune")),
                        (
                            "holder",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.organisation",
                            ),
                        ),
                        ("jobs", models.ManyToManyField(related_name="+", to="reference.job")),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["market_number", "number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("region", "market_number", "number"), name="lot_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LotImport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("file_name", models.CharField(max_length=200, verbose_name="fichier")),
                        ("fingerprint", models.CharField(max_length=64, verbose_name="empreinte SHA-256")),
                        ("read", models.PositiveIntegerField(verbose_name="lignes lues")),
                        ("added", models.PositiveIntegerField(verbose_name="lots ajoutés")),
                        ("changed", models.PositiveIntegerField(verbose_name="lots modifiés")),
                        ("refused", models.PositiveIntegerField(verbose_name="lignes refusées")),
                        (
                            "loaded_by",
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
                    },
                ),
                migrations.CreateModel(
                    name="LotImportRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("line", models.PositiveIntegerField(verbose_name="ligne")),
                        ("lot", models.CharField(blank=True, max_length=61, verbose_name="lot")),
                        (
                            "result",
                            models.CharField(
                                choices=[("added", "ajouté"), ("changed", "modifié"), ("refused", "refusé")],
                                max_length=8,
                                verbose_name="résultat",
                            ),
                        ),
                        ("sentence", models.CharField(blank=True, max_length=400, verbose_name="constat")),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="offer.lotimport"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["run", "line", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="LotPeriod",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("starts_on", models.DateField(verbose_name="début")),
                        ("ends_on", models.DateField(verbose_name="fin")),
                        ("seats", models.PositiveIntegerField(blank=True, null=True, verbose_name="places achetées")),
                        (
                            "seats_used",
                            models.PositiveIntegerField(default=0, verbose_name="places prises par d'autres sessions"),
                        ),
                        (
                            "lot",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="periods", to="offer.lot"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["lot", "starts_on"],
                        "constraints": [
                            models.UniqueConstraint(fields=("lot", "starts_on"), name="lot_period_once"),
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="lot_period_dates_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NeedReview",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("reviewed_on", models.DateField(verbose_name="revu le")),
                        ("note", models.TextField(verbose_name="où en est-on ?")),
                        (
                            "need",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="needs.need"
                            ),
                        ),
                        (
                            "reviewed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["need", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="Proposal",
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
                        ("starts_on", models.DateField(verbose_name="début prévu")),
                        ("ends_on", models.DateField(verbose_name="fin prévue")),
                        ("seats", models.PositiveSmallIntegerField(verbose_name="places financées par la Région")),
                        ("hours_centre", models.PositiveSmallIntegerField(verbose_name="heures en centre")),
                        ("hours_company", models.PositiveSmallIntegerField(verbose_name="heures en entreprise")),
                        ("adaptations", models.TextField(verbose_name="besoins repérés et adaptations souhaitables")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "proposée, attend la Région"),
                                    ("changes_asked", "à revoir par l'organisme"),
                                    ("accepted", "acceptée"),
                                    ("refused", "refusée"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("proposed_on", models.DateField()),
                        ("decided_on", models.DateField(null=True)),
                        ("decision_reason", models.TextField(blank=True)),
                        (
                            "basin",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reference.basin"
                            ),
                        ),
                        ("employers", models.ManyToManyField(related_name="+", to="people.organisation")),
                        (
                            "job",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reference.job"
                            ),
                        ),
                        (
                            "lot",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offer.lot",
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
                            "proposed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "provider",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
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
                        "ordering": ["-proposed_on", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gt", models.F("starts_on"))),
                                name="proposal_dates_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("operation__isnull", False), ("state", "accepted")),
                                    models.Q(models.Q(("state", "accepted"), _negated=True), ("operation", None)),
                                    _connector="OR",
                                ),
                                name="proposal_accepted_has_its_operation",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "refused"), _negated=True),
                                fields=("provider", "job", "basin", "starts_on"),
                                name="proposal_once_per_session",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RouteDecision",
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
                            "route",
                            models.CharField(
                                choices=[
                                    ("covered", "un marché existant couvre le besoin"),
                                    ("adapted", "un marché existant, adapté"),
                                    ("modules", "un marché existant, avec des modules ajoutés"),
                                    ("tender", "consultation (FREF ou marché subséquent)"),
                                    ("other_scheme", "un autre dispositif répond mieux"),
                                    ("postponed", "reportée"),
                                    ("no_answer", "pas de réponse (budget, volume)"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("reason", models.TextField(verbose_name="motif")),
                        ("needed_on", models.DateField(null=True, verbose_name="pour le")),
                        ("level", models.PositiveSmallIntegerField(null=True, verbose_name="niveau")),
                        ("category", models.CharField(blank=True, max_length=12, verbose_name="catégorie")),
                        ("certification", models.CharField(blank=True, max_length=14, verbose_name="certification")),
                        ("seats", models.PositiveSmallIntegerField(null=True, verbose_name="places cherchées")),
                        ("decided_on", models.DateField()),
                        ("superseded_on", models.DateField(null=True)),
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
                            "lot",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offer.lot"
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
                            models.UniqueConstraint(
                                condition=models.Q(("superseded_on", None)),
                                fields=("operation",),
                                name="route_one_in_force",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("route__in", ["covered", "adapted", "modules"]), _negated=True),
                                    ("lot__isnull", False),
                                    _connector="OR",
                                ),
                                name="route_by_a_market_names_its_lot",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Tender",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("fref", "Fonds réactif emploi formation"),
                                    ("subsequent", "marché subséquent"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("decided", "décidée"),
                                    ("launched", "lancée"),
                                    ("awarded", "attribuée"),
                                    ("unsuccessful", "infructueuse"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("launched_on", models.DateField(null=True)),
                        ("deadline_on", models.DateField(null=True)),
                        ("awarded_on", models.DateField(null=True)),
                        (
                            "holder",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.organisation",
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
                            models.UniqueConstraint(
                                condition=models.Q(("state", "unsuccessful"), _negated=True),
                                fields=("operation",),
                                name="tender_one_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "awarded"), _negated=True),
                                    models.Q(("awarded_on__isnull", False), ("holder__isnull", False)),
                                    _connector="OR",
                                ),
                                name="tender_awarded_has_date_and_holder",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TerritoryName",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("name", models.CharField(max_length=120, verbose_name="nom, comme le marché l'écrit")),
                        ("key", models.CharField(editable=False, max_length=120)),
                        ("basins", models.ManyToManyField(related_name="+", to="reference.basin")),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["key"],
                        "constraints": [models.UniqueConstraint(fields=("region", "key"), name="territory_name_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Training",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("source", models.CharField(max_length=80, verbose_name="source")),
                        ("number", models.CharField(max_length=200, verbose_name="numéro")),
                        ("digest", models.CharField(editable=False, max_length=32)),
                        ("title", models.CharField(max_length=255, verbose_name="intitulé")),
                        ("search_key", models.TextField(editable=False)),
                        ("objective", models.TextField(verbose_name="objectif")),
                        ("results", models.TextField(verbose_name="résultats attendus")),
                        ("content", models.TextField(verbose_name="contenu")),
                        (
                            "jobs",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=5),
                                default=list,
                                size=None,
                                verbose_name="codes ROME",
                            ),
                        ),
                        (
                            "formacodes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=5),
                                default=list,
                                size=None,
                                verbose_name="codes Formacode",
                            ),
                        ),
                        (
                            "nsf",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=3),
                                default=list,
                                size=None,
                                verbose_name="codes NSF",
                            ),
                        ),
                        (
                            "certifications",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=14),
                                default=list,
                                size=None,
                                verbose_name="certifications RNCP et RS",
                            ),
                        ),
                        ("is_certifying", models.BooleanField(verbose_name="certifiante")),
                        (
                            "general_objective",
                            models.CharField(blank=True, max_length=2, verbose_name="code de l'objectif général"),
                        ),
                        (
                            "level_in",
                            models.CharField(blank=True, max_length=2, verbose_name="code du niveau d'entrée"),
                        ),
                        (
                            "level_out",
                            models.CharField(blank=True, max_length=2, verbose_name="code du niveau de sortie"),
                        ),
                        ("provider_name", models.CharField(max_length=250, verbose_name="organisme responsable")),
                        ("provider_siret", models.CharField(max_length=14, verbose_name="SIRET")),
                        (
                            "provider_nda",
                            models.CharField(max_length=11, verbose_name="numéro de déclaration d'activité"),
                        ),
                        ("url", models.CharField(blank=True, max_length=400, verbose_name="page de l'organisme")),
                        ("withdrawn_on", models.DateField(null=True, verbose_name="n'est plus proposée depuis le")),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "formation",
                        "verbose_name_plural": "formations",
                        "ordering": ["title", "id"],
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(models.F("jobs"), name="training_jobs"),
                            models.Index(models.F("provider_siret"), name="training_siret"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("region", "source", "number"), name="training_once_a_source"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TrainingAction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("number", models.CharField(max_length=200, verbose_name="numéro")),
                        ("rhythm", models.TextField(verbose_name="rythme")),
                        ("alternation", models.TextField(verbose_name="alternance")),
                        ("teaching", models.CharField(max_length=1, verbose_name="code des modalités d'enseignement")),
                        ("is_permanent", models.BooleanField(verbose_name="entrées et sorties permanentes")),
                        ("hours_centre", models.BigIntegerField(null=True, verbose_name="heures en centre")),
                        ("hours_company", models.BigIntegerField(null=True, verbose_name="heures en entreprise")),
                        ("hours_total", models.BigIntegerField(null=True, verbose_name="heures en tout")),
                        (
                            "funders",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=2),
                                default=list,
                                size=None,
                                verbose_name="codes des financeurs",
                            ),
                        ),
                        (
                            "region_seats",
                            models.BigIntegerField(null=True, verbose_name="places financées par la Région"),
                        ),
                        ("withdrawn_on", models.DateField(null=True, verbose_name="n'est plus proposée depuis le")),
                        (
                            "training",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="actions", to="offer.training"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "action de formation",
                        "verbose_name_plural": "actions de formation",
                        "ordering": ["training", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("training", "number"), name="action_once_a_training")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OfferedSession",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("number", models.CharField(max_length=200, verbose_name="numéro")),
                        ("starts_on", models.DateField(null=True, verbose_name="début")),
                        ("ends_on", models.DateField(null=True, verbose_name="fin")),
                        (
                            "recruitment",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("1", "recrutement ouvert"),
                                    ("2", "recrutement fermé"),
                                    ("3", "recrutement suspendu"),
                                ],
                                max_length=1,
                                verbose_name="recrutement",
                            ),
                        ),
                        ("withdrawn_on", models.DateField(null=True, verbose_name="n'est plus proposée depuis le")),
                        (
                            "action",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sessions",
                                to="offer.trainingaction",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "session proposée",
                        "verbose_name_plural": "sessions proposées",
                        "ordering": ["action", "starts_on", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("action", "number"), name="offered_session_once_an_action")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TrainingPlace",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("position", models.PositiveIntegerField(verbose_name="rang")),
                        ("name", models.CharField(blank=True, max_length=255, verbose_name="lieu")),
                        ("siret", models.CharField(blank=True, max_length=14, verbose_name="SIRET")),
                        ("postcode", models.CharField(blank=True, max_length=5, verbose_name="code postal")),
                        ("town", models.CharField(blank=True, max_length=50, verbose_name="ville")),
                        ("commune_code", models.CharField(blank=True, max_length=5, verbose_name="code INSEE")),
                        ("town_key", models.CharField(editable=False, max_length=60)),
                        (
                            "action",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="places",
                                to="offer.trainingaction",
                            ),
                        ),
                        (
                            "commune",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="reference.commune",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "lieu de formation",
                        "verbose_name_plural": "lieux de formation",
                        "ordering": ["action", "position"],
                        "constraints": [
                            models.UniqueConstraint(fields=("action", "position"), name="place_once_an_action")
                        ],
                    },
                ),
            ]
        ),
    ]
