"""All addresses of the product."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from defi.web import (
    files,
    gallery,
    home,
    links,
    operation_list,
    operation_page,
    partner_pages,
    session_page,
    sign_in,
    team_page,
    todo,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("a-faire/", todo.todo, name="todo"),
    path("agir-pour/", home.act_as, name="act_as"),
    path("carte/", home.card, name="card"),
    path("demonstration/", home.demonstration, name="demonstration"),
    path("entrer/", include(sign_in.urlpatterns)),
    path("equipe/", team_page.team, name="team"),
    path("equipe/<int:membership_id>/fin/", team_page.leave, name="team_leave"),
    path("equipe/<int:membership_id>/territoire/", team_page.territory, name="team_territory"),
    path("organisations/", team_page.houses, name="houses"),
    path("organisations/nouvelle/", team_page.new_house, name="new_house"),
    path("organisations/<int:organisation_id>/equipe/", team_page.team, name="team_of"),
    path("operations/", operation_list.operations, name="operations"),
    path("operations/<int:operation_id>/", operation_page.operation, name="operation"),
    path("operations/<int:operation_id>/etapes/<slug:key>/", operation_page.card, name="operation_card"),
    path("operations/<int:operation_id>/journal/", operation_page.history, name="operation_history"),
    path("operations/<int:operation_id>/partenaires/", partner_pages.partners, name="partners"),
    path("operations/<int:operation_id>/partenaires/ajouter/", partner_pages.add, name="partner_add"),
    path("operations/<int:operation_id>/partenaires/nouveau/", partner_pages.new, name="partner_new"),
    path("partenaires/<int:partner_id>/contact/", partner_pages.contact, name="partner_contact"),
    path("partenaires/<int:partner_id>/depart/", partner_pages.leave, name="partner_leave"),
    path("operations/<int:operation_id>/session/fixer/", session_page.session_page, name="operation_session"),
    path("documents/<str:code>/", files.document, name="document"),
    path("lien/<str:secret>/", links.link_page, name="link"),
    path("lien/<str:secret>/<path:page>", links.link_page, name="link_part"),
    path("galerie/", include(gallery.urlpatterns)),
    path("", include("defi.steps.needs.urls")),
    path("", include("defi.steps.offer.urls")),
    path("", include("defi.steps.design.urls")),
    path("", include("defi.steps.sourcing.urls")),
    path("", include("defi.steps.pairing.urls")),
    path("", include("defi.steps.convention.urls")),
    path("", include("defi.steps.training.urls")),
    path("", include("defi.steps.review.urls")),
    path("", include("defi.steps.closing.urls")),
    path("", include("defi.steps.followup.urls")),
]
