import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

import defi.kernel.clock
from defi.kernel.migrating import Together


class Migration(migrations.Migration):
    # The history before the first release, in one: a database that has it all has this one.
    replaces = [
        ("reference", "0001_initial"),
        ("reference", "0002_near_jobs"),
        ("reference", "0003_domains_and_tension"),
        ("reference", "0004_certifications"),
    ]

    initial = True

    dependencies = []

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Domain",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=3, unique=True, verbose_name="code")),
                        ("label", models.CharField(max_length=160, verbose_name="libellé")),
                        ("removed", models.BooleanField(default=False, verbose_name="retiré du ROME")),
                    ],
                    options={
                        "verbose_name": "domaine professionnel",
                        "verbose_name_plural": "domaines professionnels",
                        "ordering": ("code",),
                    },
                ),
                migrations.CreateModel(
                    name="Job",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code_rome", models.CharField(max_length=5, unique=True, verbose_name="code ROME")),
                        ("label", models.CharField(max_length=250, verbose_name="intitulé")),
                        ("definition", models.TextField(blank=True, verbose_name="définition")),
                        ("access", models.TextField(blank=True, verbose_name="accès au métier")),
                        (
                            "parent_code",
                            models.CharField(
                                blank=True, db_index=True, max_length=5, verbose_name="code ROME d'origine"
                            ),
                        ),
                        ("regulated", models.BooleanField(null=True, verbose_name="métier réglementé")),
                        ("removed", models.BooleanField(default=False, verbose_name="retiré du ROME")),
                        ("sort_key", models.TextField(editable=False)),
                    ],
                    options={
                        "verbose_name": "métier",
                        "verbose_name_plural": "métiers",
                        "ordering": ("sort_key", "code_rome"),
                    },
                ),
                migrations.CreateModel(
                    name="ReferenceLoad",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("source", models.CharField(max_length=60, verbose_name="source")),
                        ("version", models.CharField(blank=True, max_length=60, verbose_name="version")),
                        ("fingerprint", models.CharField(max_length=64, verbose_name="empreinte SHA-256")),
                        ("loaded_at", models.DateTimeField(default=defi.kernel.clock.now, verbose_name="chargé le")),
                        ("rows_read", models.PositiveIntegerField(verbose_name="lignes lues")),
                        (
                            "rows_written",
                            models.PositiveIntegerField(verbose_name="lignes ajoutées, modifiées ou retirées"),
                        ),
                        ("rows_refused", models.PositiveIntegerField(verbose_name="lignes refusées")),
                    ],
                    options={
                        "verbose_name": "chargement d'un référentiel",
                        "verbose_name_plural": "chargements de référentiels",
                        "ordering": ("-loaded_at", "-id"),
                    },
                ),
                migrations.CreateModel(
                    name="Basin",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=10, verbose_name="code")),
                        ("vintage", models.CharField(max_length=10, verbose_name="millésime du découpage")),
                        ("name", models.CharField(max_length=120, verbose_name="nom")),
                        ("region", models.CharField(max_length=3, verbose_name="code de la région")),
                        ("sort_key", models.TextField(editable=False)),
                    ],
                    options={
                        "verbose_name": "bassin d'emploi",
                        "verbose_name_plural": "bassins d'emploi",
                        "ordering": ("sort_key", "code", "vintage"),
                        "constraints": [
                            models.UniqueConstraint(fields=("code", "vintage"), name="reference_basin_once_a_vintage")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Certification",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=12, unique=True, verbose_name="numéro")),
                        ("title", models.CharField(max_length=600, verbose_name="intitulé")),
                        (
                            "brand",
                            models.CharField(blank=True, max_length=60, verbose_name="sorte de diplôme ou de titre"),
                        ),
                        ("level", models.CharField(blank=True, max_length=4, verbose_name="niveau")),
                        ("active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "decided_on",
                            models.DateField(blank=True, null=True, verbose_name="décision d'enregistrement"),
                        ),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="fin d'enregistrement")),
                        ("removed", models.BooleanField(default=False, verbose_name="retirée du fichier")),
                        ("search_key", models.TextField(editable=False)),
                        (
                            "search_words",
                            models.GeneratedField(
                                db_persist=True,
                                expression=models.Func(
                                    models.Func(models.F("search_key"), models.Value(" "), function="string_to_array"),
                                    function="array_to_tsvector",
                                ),
                                output_field=django.contrib.postgres.search.SearchVectorField(),
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "certification",
                        "verbose_name_plural": "certifications",
                        "ordering": ("number",),
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                models.F("search_words"), name="reference_certification_words"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("number__regex", "^(RNCP|RS)[0-9]{1,6}$")),
                                name="reference_certification_number",
                                violation_error_message="Un numéro de certification s'écrit RNCP ou RS suivi de chiffres.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Competence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("ogr", models.CharField(max_length=10, verbose_name="code OGR")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("COMPETENCE", "compétence"), ("SAVOIR", "savoir")],
                                max_length=10,
                                verbose_name="nature",
                            ),
                        ),
                        ("label", models.CharField(max_length=400, verbose_name="libellé")),
                        ("category", models.CharField(blank=True, max_length=120, verbose_name="catégorie")),
                        ("sub_category", models.CharField(blank=True, max_length=120, verbose_name="sous-catégorie")),
                        ("removed", models.BooleanField(default=False, verbose_name="retirée du ROME")),
                        ("sort_key", models.TextField(editable=False)),
                        ("search_key", models.TextField(editable=False)),
                        (
                            "search_words",
                            models.GeneratedField(
                                db_persist=True,
                                expression=models.Func(
                                    models.Func(models.F("search_key"), models.Value(" "), function="string_to_array"),
                                    function="array_to_tsvector",
                                ),
                                output_field=django.contrib.postgres.search.SearchVectorField(),
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "compétence ou savoir",
                        "verbose_name_plural": "compétences et savoirs",
                        "ordering": ("sort_key", "ogr", "kind"),
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                models.F("search_words"), name="reference_competence_words"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("ogr", "kind"), name="reference_competence_once_a_kind")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReferenceRefusal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("line", models.PositiveIntegerField(verbose_name="ligne")),
                        ("reason", models.CharField(max_length=300, verbose_name="motif")),
                        (
                            "load",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="refusals",
                                to="reference.referenceload",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "ligne refusée",
                        "verbose_name_plural": "lignes refusées",
                        "ordering": ("load", "line", "id"),
                    },
                ),
                migrations.CreateModel(
                    name="CertificationBlock",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=20, unique=True, verbose_name="code")),
                        ("label", models.TextField(verbose_name="intitulé")),
                        ("rank", models.PositiveSmallIntegerField(verbose_name="rang")),
                        ("removed", models.BooleanField(default=False, verbose_name="retiré de la fiche")),
                        (
                            "certification",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="blocks",
                                to="reference.certification",
                                verbose_name="certification",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "bloc de compétences",
                        "verbose_name_plural": "blocs de compétences",
                        "ordering": ("certification", "rank", "code"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("code__regex", "^(RNCP|RS)[0-9]{1,6}BC[0-9]{1,3}$")),
                                name="reference_certification_block_code",
                                violation_error_message="Un bloc s'écrit comme RNCP35506BC01.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CertificationJob",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code_rome", models.CharField(max_length=5, verbose_name="code ROME de la fiche")),
                        ("label", models.CharField(blank=True, max_length=250, verbose_name="libellé de la fiche")),
                        ("removed", models.BooleanField(default=False, verbose_name="retiré de la fiche")),
                        (
                            "certification",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="jobs",
                                to="reference.certification",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "métier d'une certification",
                        "verbose_name_plural": "métiers des certifications",
                        "ordering": ("certification", "code_rome"),
                        "indexes": [models.Index(fields=["code_rome"], name="reference_certification_by_job")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("certification", "code_rome"), name="reference_certification_job_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CertificationSuccession",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("successor", models.CharField(max_length=12, verbose_name="numéro de celle qui la remplace")),
                        ("removed", models.BooleanField(default=False, verbose_name="retirée du fichier")),
                        (
                            "certification",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="successions",
                                to="reference.certification",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "remplacement d'une certification",
                        "verbose_name_plural": "remplacements de certifications",
                        "ordering": ("certification", "successor"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("certification", "successor"), name="reference_succession_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("successor__regex", "^(RNCP|RS)[0-9]{1,6}$")),
                                name="reference_succession_number",
                                violation_error_message="Un numéro de certification s'écrit RNCP ou RS suivi de chiffres.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Certifier",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("siret", models.CharField(blank=True, max_length=14, verbose_name="SIRET")),
                        ("name", models.CharField(max_length=250, verbose_name="nom")),
                        ("removed", models.BooleanField(default=False, verbose_name="retiré de la fiche")),
                        (
                            "certification",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="certifiers",
                                to="reference.certification",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "certificateur",
                        "verbose_name_plural": "certificateurs",
                        "ordering": ("certification", "name", "siret"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("certification", "siret", "name"), name="reference_certifier_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Commune",
                    fields=[
                        (
                            "code",
                            models.CharField(
                                max_length=5, primary_key=True, serialize=False, verbose_name="code INSEE"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="nom")),
                        ("department", models.CharField(max_length=3, verbose_name="département")),
                        (
                            "postcodes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=5),
                                default=list,
                                size=None,
                                verbose_name="codes postaux",
                            ),
                        ),
                        ("population", models.PositiveIntegerField(null=True, verbose_name="population")),
                        ("epci_name", models.CharField(blank=True, max_length=160, verbose_name="intercommunalité")),
                        ("current", models.BooleanField(default=True, verbose_name="commune actuelle")),
                        ("sort_key", models.TextField(editable=False)),
                        ("search_key", models.TextField(editable=False)),
                        (
                            "search_words",
                            models.GeneratedField(
                                db_persist=True,
                                expression=models.Func(
                                    models.Func(models.F("search_key"), models.Value(" "), function="string_to_array"),
                                    function="array_to_tsvector",
                                ),
                                output_field=django.contrib.postgres.search.SearchVectorField(),
                            ),
                        ),
                        (
                            "basin",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="communes",
                                to="reference.basin",
                                verbose_name="bassin d'emploi",
                            ),
                        ),
                        (
                            "successor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="reference.commune",
                                verbose_name="commune qui lui succède",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "commune",
                        "verbose_name_plural": "communes",
                        "ordering": ("sort_key", "code"),
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                models.F("search_words"), name="reference_commune_words"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="JobCompetence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("core", models.BooleanField(default=False, verbose_name="cœur du métier")),
                        ("emerging", models.BooleanField(default=False, verbose_name="émergente")),
                        ("removed", models.BooleanField(default=False, verbose_name="retirée de la fiche")),
                        (
                            "competence",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="job_competences",
                                to="reference.competence",
                            ),
                        ),
                        (
                            "job",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="job_competences",
                                to="reference.job",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "compétence d'un métier",
                        "verbose_name_plural": "compétences d'un métier",
                        "ordering": ("job", "competence"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("job", "competence"), name="reference_competence_once_a_job"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="JobTitle",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("ogr", models.CharField(max_length=10, unique=True, verbose_name="code OGR")),
                        ("label", models.CharField(max_length=250, verbose_name="appellation")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("PRINCIPALE", "principale"), ("SYNONYME", "synonyme")],
                                default="SYNONYME",
                                max_length=10,
                                verbose_name="nature",
                            ),
                        ),
                        ("parent_code", models.CharField(blank=True, max_length=5, verbose_name="code ROME d'origine")),
                        ("rarely_used", models.BooleanField(default=False, verbose_name="peu usitée")),
                        ("removed", models.BooleanField(default=False, verbose_name="retirée du ROME")),
                        ("search_key", models.TextField(editable=False)),
                        (
                            "search_words",
                            models.GeneratedField(
                                db_persist=True,
                                expression=models.Func(
                                    models.Func(models.F("search_key"), models.Value(" "), function="string_to_array"),
                                    function="array_to_tsvector",
                                ),
                                output_field=django.contrib.postgres.search.SearchVectorField(),
                            ),
                        ),
                        (
                            "job",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="titles",
                                to="reference.job",
                                verbose_name="métier",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "appellation de métier",
                        "verbose_name_plural": "appellations de métier",
                        "ordering": ("kind", "label", "ogr"),
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                models.F("search_words"), name="reference_title_words"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NearJob",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("rank", models.PositiveSmallIntegerField(verbose_name="rang")),
                        ("removed", models.BooleanField(default=False, verbose_name="retiré de la fiche")),
                        (
                            "job",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="near_jobs",
                                to="reference.job",
                            ),
                        ),
                        (
                            "near",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="reference.job"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "métier proche",
                        "verbose_name_plural": "métiers proches",
                        "ordering": ("job", "rank", "near"),
                        "constraints": [
                            models.UniqueConstraint(fields=("job", "near"), name="reference_near_job_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Tension",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code_rome", models.CharField(max_length=5, verbose_name="code ROME de l'année")),
                        ("label", models.CharField(max_length=250, verbose_name="libellé de l'année")),
                        ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                        ("index", models.PositiveSmallIntegerField(verbose_name="indice de tension")),
                        ("removed", models.BooleanField(default=False, verbose_name="retirée du fichier")),
                        (
                            "basin",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="reference.basin"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "tension d'un métier",
                        "verbose_name_plural": "tensions des métiers",
                        "ordering": ("-year", "code_rome", "basin"),
                        "indexes": [models.Index(fields=["code_rome", "year"], name="reference_tension_by_job")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("basin", "code_rome", "year"), name="reference_tension_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("index__gte", 1), ("index__lte", 5)),
                                name="reference_tension_index",
                                violation_error_message="Un indice de tension va de 1 à 5.",
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
