"""Addresses of members' answers."""

from __future__ import annotations

from django.urls import path

from kyoso.hub.programme.participation import views

_PROGRAMME = "participation/<slug:programme>/"
_MEMBER = f"{_PROGRAMME}members/<slug:code>/"

urlpatterns = [
    path(_PROGRAMME, views.gaps, name="gaps"),
    path(f"{_PROGRAMME}activities/<str:slug>/", views.activity, name="stances"),
    path(_MEMBER, views.member, name="answers"),
    path(f"{_MEMBER}answer/", views.answer, name="answer"),
    path(f"{_MEMBER}answer/<str:slug>/", views.answer, name="answer_one"),
    path(f"{_MEMBER}withdraw/<str:slug>/", views.withdraw, name="withdraw"),
    path(f"{_MEMBER}history/<str:slug>/", views.history, name="history"),
    path(f"{_MEMBER}workbook/", views.workbook, name="workbook"),
    path(f"{_MEMBER}workbook/apply/", views.apply, name="workbook_apply"),
    path(f"{_MEMBER}workbook/answers.xlsx", views.workbook_file, name="workbook_file"),
]
