"""The standing words of a DEFI convention, until the Region's legal office gives its own (they are fields of the data).

Facts and terms of seed 000 (characteristics, commitments) and seed 001 (steps 5 to 9)."""

from __future__ import annotations

PREAMBLE = (
    "La Région Centre-Val de Loire fait naître, avec les employeurs d'un territoire, des formations conçues à partir "
    "de leurs besoins de recrutement et des besoins des personnes en recherche d'emploi. Cette démarche s'appelle "
    "DEFI : développement de l'emploi par des formations inclusives.",
    "Son principe tient en une phrase : à chaque stagiaire correspond une promesse d'emploi. Les partenaires nommés "
    "ci-dessous ont analysé le besoin, conçu ensemble la formation et disent ici ce que chacun fera pour que les "
    "personnes formées soient recrutées.",
)

AIMS = (
    "Répondre à court terme aux besoins de recrutement des employeurs signataires.",
    "Former aux compétences que ces employeurs attendent, en tenant compte de ce que les personnes savent déjà et de "
    "ce dont elles ont besoin pour réussir.",
    "Donner à chaque stagiaire, dès son entrée, la perspective d'un emploi durable chez un employeur connu.",
)

PROMISE_CLAUSE = (
    "La promesse d'emploi inscrite ci-dessus est un engagement de recruter, à l'issue de la formation, une personne "
    "qui a acquis les compétences attendues, aux conditions indiquées. Elle n'est pas un contrat de travail et n'en "
    "tient pas lieu : le contrat est conclu séparément, entre l'employeur et la personne. L'employeur qui ne peut plus "
    "tenir sa promesse le dit sans attendre à l'organisme de formation, qui cherche avec lui et la Région une autre "
    "solution."
)

PROVIDER_COMMITMENTS = (
    "mener la campagne de recrutement des stagiaires avec les employeurs : annonce de la session, rencontres, "
    "visites ;",
    "adapter son ingénierie, ses méthodes et ses contenus pour que les compétences listées dans la convention "
    "soient acquises ;",
    "tenir un dialogue suivi avec chaque employeur signataire, avant, pendant et après la formation ;",
    "préparer chaque période en entreprise chez un employeur signataire, l'accompagner par une visite ou un appel, et "
    "en faire le retour avec les stagiaires, seuls ou en groupe ;",
    "inviter employeurs et tuteurs aux évaluations, aux bilans et aux jurys de certification ;",
    "suivre chaque personne dans l'emploi à sa sortie, à 3 mois et à 6 mois, et en rendre compte à la Région ;",
    "prendre part au comité de pilotage ;",
    "signer la présente convention.",
)

EMPLOYER_COMMITMENTS = (
    "recruter à l'issue de la formation, aux conditions de la promesse, chaque personne formée avec laquelle un "
    "appairage est inscrit au dossier ;",
    "participer au recrutement des stagiaires et dire les compétences attendues au poste ;",
    "accueillir les stagiaires pendant leurs périodes en entreprise, avec un tuteur nommé, et ouvrir si possible le "
    "plateau technique ;",
    "prévenir au plus tôt l'organisme de formation de tout ce qui peut changer la promesse.",
)

REGION_COMMITMENTS = (
    "piloter l'opération et appuyer les partenaires à chaque étape, par son référent territorial de formation ;",
    "financer les places de formation qui lui reviennent ;",
    "vérifier la conformité de la session et répondre avec ses motifs à la demande de prime.",
)

PRESCRIBER_COMMITMENTS = (
    "repérer et orienter vers la session les personnes dont elle peut servir le projet ;",
    "répondre de leur accompagnement jusqu'à l'entrée en formation, avec l'organisme de formation ;",
    "rester en lien avec l'organisme de formation si une personne rencontre une difficulté pendant son parcours.",
)
