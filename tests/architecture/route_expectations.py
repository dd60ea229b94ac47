"""Who may open which page: written by hand, and not read from the permissions that it checks.

A new route needs a line here. Routes of one case answer 404 to whoever may not see it; which those are is told in
`test_roles_and_routes.py`.
"""

from tests.architecture.routes_of_admins import HELP_TICKET_FORM, ROUTING_RULES, RULES_TO_READ, SETTINGS

PROVIDER, AGENT, LEAD, ADMIN = "provider", "agent", "lead", "admin"
VISITOR = "visitor"
ALL = (VISITOR, PROVIDER, AGENT, LEAD, ADMIN)

EVERYBODY = frozenset(ALL)
SIGNED_IN = EVERYBODY - {VISITOR}
PROVIDERS = frozenset({PROVIDER})
STAFF = frozenset({AGENT, LEAD, ADMIN})
LEADS = frozenset({LEAD, ADMIN})
ADMINS = frozenset({ADMIN})

WHO_MAY: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        (
            "static",
            "bootstrap.static",
            "styles.static",
            "portal.home",
            "portal.vaccine_provider",
            "portal.local_health_department",
            "portal.employer",
            "portal.public",
            "portal.learn",
            "portal.section",
            "portal.article",
            "portal.give_feedback",
            "portal.thanks",
            "portal.video",
            "portal.training",
            "portal.healthz",
            "portal.readyz",
            "accounts.visit_in",
            "accounts.register",
            "accounts.registered",
            "accounts.verify",
            "accounts.send_verification",
            "accounts.accept_invitation",
            "accounts.confirm_address",
            "accounts.login",
            "accounts.second_step",
            "accounts.logout",
            "accounts.forgot_password",
            "accounts.reset_password",
            "mailbox.messages",
            "mailbox.message",
        ),
        EVERYBODY,
    ),
    **dict.fromkeys(
        (
            "accounts.account",
            "accounts.choose_appearance",
            "accounts.choose_language",
            "accounts.change_details",
            "accounts.change_password",
            "accounts.change_address",
            "cases.own_data",
            "cases.close_account",
            "accounts.own_sessions",
            "accounts.end_session",
            "accounts.end_all_sessions",
            "accounts.second_factor",
            "accounts.begin_second_factor",
            "accounts.confirm_second_factor",
            "accounts.renew_recovery_codes",
            "accounts.remove_second_factor",
        ),
        SIGNED_IN,
    ),
    "accounts.choose_mail": STAFF,
    **dict.fromkeys(
        (
            "intake.get_help",
            "intake.review",
            "intake.questions",
            "intake.topics",
            "intake.autosave",
            "intake.keep_files",
            "intake.back_from_files",
            "intake.ask_start_over",
            "intake.start_over",
            "intake.add_to_case",
            "intake.check",
            "intake.submit",
            "intake.receipt",
            "cases.mine",
            "cases.mine_case",
            "cases.add_reply",
            "cases.back_to_case",
            "cases.accept",
            "cases.ask_reject",
            "cases.reject",
            "cases.ask_cancel",
            "cases.cancel",
            "cases.set_privacy",
            "cases.rate",
            "cases.download",
            "cases.keep_files",
            "cases.back_from_files",
            "cases.add_copies",
            "cases.end_copy",
            "cases.back_from_copy",
            "accounts.choose_copy_mail",
            "providers.mine",
            "providers.join",
            "providers.ask_to_join",
            "providers.send_request",
            "providers.ask_to_join_elsewhere",
            "providers.send_request_elsewhere",
            "providers.withdraw",
            "providers.requests",
            "providers.confirm",
            "providers.decline",
            "providers.back_to_mine",
        ),
        PROVIDERS,
    ),
    **dict.fromkeys(
        (
            "filing.caller",
            "filing.somebody_new",
            "filing.introduce",
            "filing.ticket",
            "filing.review",
            "filing.questions",
            "filing.topics",
            "filing.check",
            "filing.submit",
            "filing.receipt",
        ),
        STAFF,
    ),
    **dict.fromkeys(
        (
            "queue.join_requests",
            "queue.join_request",
            "queue.confirm_request",
            "queue.decline_request",
            "queue.back_to_request",
            "admin.organizations",
            "admin.organization",
            "admin.export_organizations",
        ),
        STAFF,
    ),
    **dict.fromkeys(
        (
            "admin.import_organizations",
            "admin.preview_import",
            "admin.confirm_import",
            "admin.back_to_import",
            "admin.sample_of_organizations",
            "admin.close_organization",
            "admin.close_organization_now",
            "admin.close_location",
            "admin.close_location_now",
            "admin.add_organization",
            "admin.add_typed_organization",
            "admin.edit_organization",
            "admin.save_organization",
            "admin.add_location",
            "admin.add_typed_location",
            "admin.edit_location",
            "admin.save_location",
            "admin.add_affiliation",
            "admin.add_typed_affiliation",
            "admin.edit_affiliation",
            "admin.save_affiliation",
            "admin.end_affiliation",
            "admin.end_affiliation_now",
        ),
        LEADS,
    ),
    **dict.fromkeys(
        (
            "queue.index",
            "queue.take_next",
            "queue.case",
            "queue.back_to_case",
            "queue.take",
            "queue.add_note",
            "queue.reply",
            "queue.resolve",
            "queue.add_copies",
            "queue.end_copy",
            "queue.take_back",
            "queue.ask_revise",
            "queue.revise",
            "queue.settle_mail",
            "queue.ask_address",
            "queue.correct_address",
            "queue.release_address",
            "queue.recover_address",
            "queue.mail",
            "queue.told",
            "queue.articles",
            "queue.leave_reply",
            "queue.link_article",
            "queue.back_to_articles",
            "queue.download",
            "queue.keep_files",
            "queue.back_from_files",
            "admin.articles",
            "admin.article",
            "admin.article_version",
            "admin.add_article",
            "admin.start_article",
            "admin.edit_article",
            "admin.translate_article",
            "admin.health",
            "admin.clock_laboratory",
        ),
        STAFF,
    ),
    **dict.fromkeys(
        (
            "queue.ask_send_now",
            "queue.send_now",
            "queue.ask_redact",
            "queue.check_redaction",
            "queue.redact",
            "queue.clear_suspicion",
            "queue.back_to_redaction",
            "admin.index",
            "admin.roles",
            "admin.mail",
            "admin.mail_export_table",
            "admin.mail_message",
            "admin.mail_told",
            "admin.settle_mail",
            "admin.place_article",
            "admin.review_article",
            "admin.publish_article",
            "admin.withdraw_article",
            "admin.restore_article",
            "admin.videos",
            "admin.add_video",
            "admin.video",
            "admin.withdraw_video",
            "admin.restore_video",
            "admin.move_video",
            "admin.sessions",
            "admin.add_session",
            "admin.session",
            "admin.cancel_session",
        ),
        LEADS,
    ),
    **dict.fromkeys((*SETTINGS, *HELP_TICKET_FORM, *ROUTING_RULES), ADMINS),
    **dict.fromkeys(RULES_TO_READ, LEADS),
}

# Routes about one case, or about the mail of one.
ABOUT_A_CASE = (
    frozenset(
        endpoint
        for endpoint in WHO_MAY
        if endpoint.startswith(("cases.", "queue."))
        and "request" not in endpoint
        and endpoint not in {"cases.mine", "cases.own_data", "cases.close_account", "queue.index", "queue.take_next"}
    )
    | {"intake.receipt", "filing.receipt", "admin.mail_told", "admin.mail_message", "admin.settle_mail", "admin.start_article"}
    | {"admin.make_golden"}
)

# Whoever may use these is asked to sign in all the same: that is where they lead.
LEADS_TO_SIGNING_IN = frozenset({"accounts.login", "accounts.logout", "accounts.second_step"})
# What ends the session that asks for it: the next request needs a fresh one.
ENDS_THE_SESSION = frozenset({"accounts.logout", "accounts.end_all_sessions"})
