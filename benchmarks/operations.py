"""The operations that are measured: the GraphQL text, and the hand-written route that answers the same JSON."""

from __future__ import annotations

from dataclasses import dataclass

_PROFILE = """
query Profile($id: ID!) {
  taxpayer(id: $id) {
    rfc
    name
    createdAt
    syncStatus { lastConnectionAt lastDownloadAt version }
    complianceOpinion { folio sense issuedAt }
    taxStatus {
      name
      statusText
      cif
      address { postalCode municipality state }
      regimes { name fromDate }
      economicActivities { name percentage }
    }
  }
}
"""

_INVOICES = """
query Invoices($id: ID!) {
  taxpayer(id: $id) {
    invoices(first: 100) {
      pageInfo { hasNextPage }
      nodes {
        uuid
        version
        direction
        status
        series
        folio
        issuedAt
        stampedAt
        subtotal
        discount
        total
        placeOfIssue
        issuer { rfc name }
        receiver { rfc name }
      }
    }
  }
}
"""

_LINES = """
query Lines($id: ID!) {
  taxpayer(id: $id) {
    invoices(first: 100) {
      nodes {
        uuid
        version
        direction
        status
        series
        folio
        issuedAt
        stampedAt
        subtotal
        discount
        total
        placeOfIssue
        issuer { rfc name }
        receiver { rfc name }
        lineItems {
          productKey { code }
          description
          quantity
          unitPrice
          amount
          taxesTransferred { factor rate base amount }
        }
      }
    }
  }
}
"""

_FILTERED = """
query Filtered($id: ID!) {
  taxpayer(id: $id) {
    invoices(
      first: 100
      filter: { issuedAt: { from: "2010-01-01", to: "2026-12-31" }, status: [ACTIVE], total: { from: "0" } }
    ) {
      nodes {
        uuid
        version
        direction
        status
        series
        folio
        issuedAt
        stampedAt
        subtotal
        discount
        total
        placeOfIssue
        issuer { rfc name }
        receiver { rfc name }
      }
    }
  }
}
"""

_LABELS = """
query Labels($id: ID!) {
  taxpayer(id: $id) {
    invoices(first: 100) {
      nodes {
        uuid
        updatedAt
        total
        type { code label }
        currency { code label }
        paymentForm { code label }
        paymentMethod { code label }
        receiver { rfc name use { code label } }
      }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    title: str
    query: str
    path: str  # the hand-written route, with {id}


OPERATIONS = (
    Operation("Q1", "profile card: one taxpayer with its latest opinion and tax status", _PROFILE, "/profile/{id}"),
    Operation("Q2", "first 100 invoices, 12 scalars and two parties", _INVOICES, "/invoices/{id}"),
    Operation("Q3", "the same with lines and their taxes", _LINES, "/lines/{id}"),
    Operation("Q2f", "the same as Q2 under a filter by days, status and total", _FILTERED, "/filtered/{id}"),
    Operation("Q2+", "first 100 invoices with five labelled codes", _LABELS, "/labels/{id}"),
)
