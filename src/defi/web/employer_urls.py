"""Addresses of the records of employers."""

from __future__ import annotations

from django.urls import path

from defi.web import employer_duplicates, employer_list, employer_record, employer_writing

app_name = "employers"

urlpatterns = [
    path("employeurs/", employer_list.employer_list, name="list"),
    path("employeurs/nouveau/", employer_writing.new_employer, name="new"),
    path("employeurs/importer/", employer_writing.import_list, name="import"),
    path("employeurs/doublons/", employer_duplicates.duplicates, name="duplicates"),
    path("employeurs/doublons/<int:first_id>/<int:second_id>/", employer_duplicates.pair, name="pair"),
    path("employeurs/doublons/<int:first_id>/<int:second_id>/separes/", employer_duplicates.keep_apart, name="apart"),
    path("employeurs/fusions/<int:merge_id>/separer/", employer_duplicates.unmerge, name="unmerge"),
    path("employeurs/contacts/<int:contact_id>/", employer_writing.contact, name="contact"),
    path("employeurs/contacts/<int:contact_id>/depart/", employer_writing.contact_leaves, name="contact_leaves"),
    path(
        "employeurs/contacts/<int:first_id>/<int:second_id>/reunir/",
        employer_duplicates.same_contact,
        name="same_contact",
    ),
    path("employeurs/echanges/<int:talk_id>/", employer_writing.talk, name="talk"),
    path("employeurs/echanges/<int:talk_id>/fait/", employer_writing.finish_step, name="finish_step"),
    path("employeurs/<int:firm_id>/", employer_record.record, name="record"),
    path("employeurs/<int:firm_id>/modifier/", employer_writing.describe, name="describe"),
    path("employeurs/<int:firm_id>/conseiller/", employer_writing.assign, name="assign"),
    path("employeurs/<int:firm_id>/contacts/nouveau/", employer_writing.new_contact, name="new_contact"),
    path("employeurs/<int:firm_id>/echange/", employer_writing.new_talk, name="new_talk"),
    path("employeurs/<int:firm_id>/notes/", employer_record.handed_notes, name="notes"),
    path("mon-entreprise/", employer_record.mine, name="mine"),
]
