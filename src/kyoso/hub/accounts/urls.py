"""Addresses of people, organisations and one's own account.

The names without ``accounts:`` belong to allauth, which asks for them.
"""

from __future__ import annotations

from allauth.account import views as entrance
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as apps
from allauth.mfa.webauthn import views as passkeys
from django.db.transaction import atomic
from django.urls import include, path, re_path

from kyoso.hub.accounts import views

ours = [
    path("account/", views.me, name="me"),
    path("account/password/", views.password, name="password"),
    path("account/second-factor/needed/", views.second_factor_needed, name="second_factor_needed"),
    path("account/own-data.zip", views.own_data, name="own_data"),
    path("account/close/", views.close_own, name="close_own"),
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite, name="invite"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/appoint/", views.appoint, name="appoint"),
    path("people/<int:pk>/close/", views.close, name="close"),
    path("memberships/<int:pk>/end/", views.end_membership, name="end_membership"),
    path("invitations/<uuid:pk>/", views.invitation, name="invitation"),
    path("invitations/<uuid:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("invitations/<uuid:pk>/<str:secret>/", views.accept, name="accept"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/add/", views.add_organisation, name="add_organisation"),
    path("organisations/<int:pk>/", views.organisation, name="organisation"),
    path("organisations/<int:pk>/change/", views.change_organisation, name="change_organisation"),
    path("organisations/<int:pk>/data.zip", views.organisation_data, name="organisation_data"),
]

# What is done to a second factor and the entry that tells of it are one transaction.
second_factor = [
    path("", factors.index, name="mfa_index"),
    path("confirm/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("app/add/", atomic(apps.activate_totp), name="mfa_activate_totp"),
    path("app/remove/", atomic(apps.deactivate_totp), name="mfa_deactivate_totp"),
    path("codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/make/", atomic(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("codes/codes.txt", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("passkeys/add/", atomic(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("passkeys/confirm/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("passkeys/<int:pk>/remove/", atomic(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
    path("passkeys/<int:pk>/edit/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
]

urlpatterns = [
    path("sign-in/", entrance.login, name="account_login"),
    path("sign-in/forgotten/", entrance.password_reset, name="account_reset_password"),
    path(
        "sign-in/forgotten/sent/",
        entrance.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^sign-in/forgotten/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        entrance.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "sign-in/forgotten/done/",
        entrance.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("sign-in/second-factor/", factors.authenticate, name="mfa_authenticate"),
    path("sign-out/", entrance.logout, name="account_logout"),
    path("inactive/", entrance.account_inactive, name="account_inactive"),
    path("confirm/", entrance.reauthenticate, name="account_reauthenticate"),
    path("account/second-factor/", include(second_factor)),
    path("", include((ours, "accounts"))),
]
