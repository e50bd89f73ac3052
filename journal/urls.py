from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from journal.views import tax_lots


urlpatterns: list[URLPattern | URLResolver] = [
    path("analytics/tax-lots/", tax_lots.tax_lots, name="tax_lots"),
    path(
        "analytics/tax-lots/<int:account_id>/method/",
        tax_lots.tax_lots_method,
        name="tax_lots_method",
    ),
    path(
        "analytics/tax-lots/<int:account_id>/sale/",
        tax_lots.tax_lots_sale,
        name="tax_lots_sale",
    ),
    path(
        "analytics/tax-lots/<int:account_id>/<str:year>/report.csv",
        tax_lots.tax_lots_csv,
        name="tax_lots_csv",
    ),
    path(
        "analytics/tax-lots/<int:account_id>/<str:year>/report.pdf",
        tax_lots.tax_lots_pdf,
        name="tax_lots_pdf",
    ),
]
