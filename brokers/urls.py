from __future__ import annotations

from django.urls import path

from brokers.views import (
    accounts,
    breaks,
    cancelling,
    connecting,
    order,
    orders,
    positions,
    protecting,
    reconciliation,
    reconciliation_files,
    reconciliation_settings,
    saved_views,
    symbols,
    watchlists,
    ways_out,
)


urlpatterns = [
    path("orders/", orders.orders, name="orders"),
    path("orders/export.csv", orders.orders_csv, name="orders_csv"),
    path("orders/views/", saved_views.saved_view_create, name="saved_view_create"),
    path(
        "orders/views/<int:view_id>/delete/",
        saved_views.saved_view_delete,
        name="saved_view_delete",
    ),
    path("orders/cancel/", cancelling.orders_cancel, name="orders_cancel"),
    path("orders/<int:order_id>/", order.order, name="order"),
    path("orders/<int:order_id>/cancel/", cancelling.order_cancel, name="order_cancel"),
    path("positions/", positions.positions, name="positions"),
    path(
        "positions/<int:position_id>/close/",
        ways_out.position_close,
        name="position_close",
    ),
    path(
        "positions/<int:position_id>/protect/",
        protecting.position_protect,
        name="position_protect",
    ),
    path(
        "positions/flatten/<int:account_id>/",
        ways_out.positions_flatten,
        name="positions_flatten",
    ),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/connect/", connecting.account_connect, name="account_connect"),
    path("accounts/<int:account_id>/", accounts.account, name="account"),
    path("accounts/<int:account_id>/test/", accounts.account_test, name="account_test"),
    path("accounts/<int:account_id>/sync/", accounts.account_sync, name="account_sync"),
    path("watchlists/", watchlists.watchlists, name="watchlists"),
    path("watchlists/new/", watchlists.watchlist_create, name="watchlist_create"),
    path(
        "watchlists/<int:watchlist_id>/rename/",
        watchlists.watchlist_rename,
        name="watchlist_rename",
    ),
    path(
        "watchlists/<int:watchlist_id>/delete/",
        watchlists.watchlist_delete,
        name="watchlist_delete",
    ),
    path(
        "watchlists/<int:watchlist_id>/add/",
        watchlists.watchlist_add,
        name="watchlist_add",
    ),
    path(
        "watchlists/<int:watchlist_id>/remove/",
        watchlists.watchlist_remove,
        name="watchlist_remove",
    ),
    path(
        "watchlists/<int:watchlist_id>/move/",
        watchlists.watchlist_move,
        name="watchlist_move",
    ),
    path("symbols/", symbols.symbols, name="symbols"),
    path("reconciliation/", reconciliation.runs, name="reconciliation"),
    path(
        "reconciliation/runs/<int:run_id>/",
        reconciliation.run,
        name="reconciliation_run",
    ),
    path(
        "reconciliation/runs/<int:run_id>/report.pdf",
        reconciliation_files.run_pdf,
        name="reconciliation_run_pdf",
    ),
    path(
        "reconciliation/runs/<int:run_id>/report.csv",
        reconciliation_files.run_csv,
        name="reconciliation_run_csv",
    ),
    path(
        "reconciliation/days/<str:day>/",
        reconciliation.day,
        name="reconciliation_day",
    ),
    path(
        "reconciliation/days/<str:day>/report.pdf",
        reconciliation_files.day_pdf,
        name="reconciliation_day_pdf",
    ),
    path(
        "reconciliation/days/<str:day>/report.csv",
        reconciliation_files.day_csv,
        name="reconciliation_day_csv",
    ),
    path(
        "reconciliation/accounts/<int:account_id>/now/",
        reconciliation.reconcile_now,
        name="reconcile_now",
    ),
    path(
        "reconciliation/accounts/<int:account_id>/asked/",
        reconciliation.asked,
        name="reconciliation_asked",
    ),
    path(
        "reconciliation/accounts/<int:account_id>/settings/",
        reconciliation_settings.account_reconciliation,
        name="account_reconciliation",
    ),
    path("reconciliation/breaks/", breaks.breaks, name="breaks"),
    path("reconciliation/breaks/<int:break_id>/", breaks.break_page, name="break"),
    path(
        "reconciliation/breaks/<int:break_id>/assign/",
        breaks.break_assign,
        name="break_assign",
    ),
    path(
        "reconciliation/breaks/<int:break_id>/status/",
        breaks.break_status,
        name="break_status",
    ),
    path(
        "reconciliation/breaks/<int:break_id>/resolve/",
        breaks.break_resolve,
        name="break_resolve",
    ),
    path(
        "reconciliation/breaks/<int:break_id>/verify/",
        breaks.break_verify,
        name="break_verify",
    ),
    path(
        "reconciliation/breaks/<int:break_id>/reopen/",
        breaks.break_reopen,
        name="break_reopen",
    ),
]
