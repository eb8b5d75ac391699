import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import defi.kernel.clock
from defi.kernel.migrating import Together


class Migration(migrations.Migration):
    # The history before the first release, in one: a database that has it all has this one.
    replaces = [
        ("people", "0001_initial"),
        ("people", "0002_registry"),
        ("people", "0003_employers"),
        ("people", "0004_contact_house"),
        ("people", "0005_mail_choice"),
        ("people", "0002_agenda"),
    ]

    initial = True

    dependencies = [
        ("reference", "0001_first_release"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Organisation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("region", "Région"),
                                    ("provider", "organisme de formation"),
                                    ("employer", "employeur"),
                                    ("prescriber", "prescripteur"),
                                    ("partner", "partenaire"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "network",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("mission_locale", "Mission locale"),
                                    ("france_travail", "France Travail"),
                                    ("cap_emploi", "Cap emploi"),
                                    ("insertion", "structure d'insertion"),
                                    ("departement", "Département"),
                                    ("development", "agence de développement"),
                                    ("epci", "intercommunalité"),
                                    ("chamber", "chambre consulaire"),
                                    ("opco", "OPCO"),
                                    ("union", "partenaire social"),
                                    ("other", "autre"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("name", models.CharField(max_length=160, verbose_name="nom")),
                        ("search_key", models.CharField(db_index=True, editable=False, max_length=200)),
                        ("siret", models.CharField(blank=True, max_length=14, verbose_name="SIRET")),
                        (
                            "nda",
                            models.CharField(
                                blank=True, max_length=11, verbose_name="numéro de déclaration d'activité"
                            ),
                        ),
                        ("address", models.CharField(blank=True, max_length=200, verbose_name="adresse")),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="adresse électronique")),
                        ("phone", models.CharField(blank=True, max_length=20, verbose_name="téléphone")),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
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
                            "merged_into",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.organisation",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.organisation",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("siret", ""), _negated=True),
                                fields=("kind", "siret"),
                                name="organisation_siret_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Membership",
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
                            "role",
                            models.CharField(
                                choices=[
                                    ("officer", "officer"),
                                    ("paying_office", "paying_office"),
                                    ("cabinet", "cabinet"),
                                    ("steering", "steering"),
                                    ("data_protection", "data_protection"),
                                    ("coordinator", "coordinator"),
                                    ("trainer", "trainer"),
                                    ("administrator", "administrator"),
                                    ("signatory", "signatory"),
                                    ("recruiter", "recruiter"),
                                    ("tutor", "tutor"),
                                    ("adviser", "adviser"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("function", models.CharField(blank=True, max_length=120, verbose_name="fonction")),
                        (
                            "can_decide",
                            models.BooleanField(blank=True, null=True, verbose_name="peut engager l'entreprise"),
                        ),
                        ("since", models.DateField(default=defi.kernel.clock.today)),
                        ("until", models.DateField(blank=True, null=True)),
                        ("basins", models.ManyToManyField(blank=True, related_name="+", to="reference.basin")),
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
                    name="EmployerSheet",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("naf", models.CharField(blank=True, max_length=6, verbose_name="code NAF")),
                        (
                            "adviser",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.membership",
                            ),
                        ),
                        (
                            "organisation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sheet",
                                to="people.organisation",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="EmployerImport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("lines", models.PositiveIntegerField()),
                        ("made", models.PositiveIntegerField()),
                        ("known", models.PositiveIntegerField()),
                        ("contacts", models.PositiveIntegerField()),
                        ("refused", models.PositiveIntegerField()),
                        (
                            "region",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.organisation",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Person",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("first_name", models.CharField(max_length=80, verbose_name="prénom")),
                        ("last_name", models.CharField(max_length=80, verbose_name="nom")),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="adresse électronique")),
                        ("phone", models.CharField(blank=True, max_length=20, verbose_name="téléphone")),
                        ("birth_date", models.DateField(blank=True, null=True, verbose_name="date de naissance")),
                        (
                            "merged_into",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["last_name", "first_name", "id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("email", ""), _negated=True),
                                fields=["email"],
                                name="person_by_email",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Merge",
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
                                    ("merged", "réunies"),
                                    ("undone", "séparées de nouveau"),
                                    ("apart", "deux fiches différentes"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("decided_on", models.DateField()),
                        ("moves", models.JSONField(default=list)),
                        ("filled", models.JSONField(default=list)),
                        (
                            "firm",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                        (
                            "kept_firm",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.organisation",
                            ),
                        ),
                        (
                            "other_firm",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.organisation",
                            ),
                        ),
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
                            "kept_person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "other_person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("kept_firm__isnull", False),
                                        ("kept_person", None),
                                        ("other_firm__isnull", False),
                                        ("other_person", None),
                                    ),
                                    models.Q(
                                        ("kept_firm", None),
                                        ("kept_person__isnull", False),
                                        ("other_firm", None),
                                        ("other_person__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="merge_of_two_firms_or_two_persons",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "merged")), fields=("other_firm",), name="merge_firm_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "merged")),
                                fields=("other_person",),
                                name="merge_person_once",
                            ),
                        ],
                    },
                ),
                migrations.AddField(
                    model_name="membership",
                    name="person",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="people.person"
                    ),
                ),
                migrations.CreateModel(
                    name="MailChoice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("urgent_only", models.BooleanField(default=False)),
                        (
                            "person",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mail_choice",
                                to="people.person",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Contact",
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
                            "post",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("owner", "dirigeant"),
                                    ("management", "direction du site"),
                                    ("hr", "ressources humaines"),
                                    ("csr", "responsabilité sociale (RSE)"),
                                    ("foundation", "fondation"),
                                    ("dedicated", "poste dédié à l'insertion"),
                                    ("team", "chef d'équipe, tuteur"),
                                    ("staff", "représentant du personnel"),
                                    ("other", "autre"),
                                ],
                                max_length=12,
                                verbose_name="fonction",
                            ),
                        ),
                        (
                            "decides",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("hire", "embaucher"),
                                        ("sign", "signer la convention"),
                                        ("tutor", "encadrer un stagiaire"),
                                        ("host", "ouvrir l'atelier ou le site"),
                                        ("pay", "engager une dépense"),
                                    ],
                                    max_length=8,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "in_time",
                            models.CharField(
                                choices=[("yes", "oui"), ("no", "non"), ("unknown", "on ne sait pas")],
                                default="unknown",
                                max_length=8,
                                verbose_name="décide à temps",
                            ),
                        ),
                        ("since", models.DateField()),
                        ("left_on", models.DateField(null=True)),
                        (
                            "house",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.organisation",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contacts",
                                to="people.organisation",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("left_on", None)),
                                fields=("organisation", "person"),
                                name="contact_once_per_firm",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("left_on", None), ("left_on__gte", models.F("since")), _connector="OR"
                                ),
                                name="contact_dates_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Card",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("number", models.CharField(max_length=12, unique=True)),
                        ("code_hash", models.CharField(max_length=64)),
                        ("revoked_at", models.DateTimeField(null=True)),
                        ("failures", models.PositiveSmallIntegerField(default=0)),
                        (
                            "issued_by",
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
                                on_delete=django.db.models.deletion.PROTECT, related_name="cards", to="people.person"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("revoked_at", None)), fields=("person",), name="card_one_living"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Agenda",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(default=defi.kernel.clock.now, editable=False)),
                        ("edition", models.PositiveIntegerField(default=1)),
                        ("closed_on", models.DateField(null=True)),
                        (
                            "person",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Account",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                        ("email", models.EmailField(max_length=254, unique=True, verbose_name="adresse électronique")),
                        ("is_active", models.BooleanField(default=True)),
                        ("date_joined", models.DateTimeField(default=defi.kernel.clock.now)),
                        (
                            "person",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="account", to="people.person"
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="RegistryAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "en activité"),
                                    ("closed", "fermé"),
                                    ("hidden", "non diffusible"),
                                    ("unknown", "inconnu du répertoire"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=200)),
                        ("place", models.CharField(blank=True, max_length=250)),
                        ("closed_on", models.DateField(blank=True, null=True)),
                        ("answered_at", models.DateTimeField(default=defi.kernel.clock.now)),
                        (
                            "organisation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="registry",
                                to="people.organisation",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Talk",
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
                                    ("visit", "visite"),
                                    ("call", "appel"),
                                    ("meeting", "réunion"),
                                    ("mail", "courriel"),
                                    ("event", "événement"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("on", models.DateField(verbose_name="date")),
                        ("said", models.CharField(max_length=300)),
                        ("shared", models.BooleanField(default=False)),
                        ("next_step", models.CharField(blank=True, max_length=160)),
                        ("next_on", models.DateField(null=True)),
                        ("done_on", models.DateField(null=True)),
                        (
                            "contact",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.contact",
                            ),
                        ),
                        (
                            "house",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                            ),
                        ),
                        (
                            "written_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-on", "-id"],
                        "indexes": [
                            models.Index(fields=["organisation", "on"], name="talk_by_firm"),
                            models.Index(
                                condition=models.Q(("done_on", None), ("next_on__isnull", False)),
                                fields=["written_by", "next_on"],
                                name="talk_to_do",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("next_on", None), ("next_step", "")),
                                    models.Q(models.Q(("next_step", ""), _negated=True), ("next_on__isnull", False)),
                                    _connector="OR",
                                ),
                                name="talk_next_step_has_its_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("done_on", None), ("next_on__isnull", False), _connector="OR"),
                                name="talk_done_is_of_a_next_step",
                            ),
                        ],
                    },
                ),
                migrations.AddConstraint(
                    model_name="membership",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("person", "organisation", "role"),
                        name="membership_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="membership",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="membership_dates_in_order",
                    ),
                ),
            ]
        ),
    ]
