"""The operations of the demonstration, as a client would write them; `answers` has the types of their answers."""

from __future__ import annotations

CREATE_TAXPAYER = """
mutation CreateTaxpayer($rfc: String!, $name: String) {
  createTaxpayer(input: {rfc: $rfc, name: $name}) {
    taxpayer { id rfc }
    errors { code message }
  }
}
"""

START_CONNECTION = """
mutation StartConnection($taxpayerId: ID!, $password: String!) {
  startConnection(input: {taxpayerId: $taxpayerId, password: $password}) {
    job { id state }
    errors { code message }
  }
}
"""

LATEST_JOB = """
query LatestJob($taxpayerId: ID!) {
  taxpayer(id: $taxpayerId) { latestJob { id state } }
}
"""

JOB_STATUS = """
subscription JobStatus($jobId: ID!) {
  jobStatus(jobId: $jobId) {
    state
    code
    challenge { fields { name label } }
    failure { code needsPerson message advice }
    steps { site state documents }
  }
}
"""

ANSWER_CHALLENGE = """
mutation AnswerChallenge($jobId: ID!, $answers: [ChallengeAnswer!]!) {
  answerChallenge(input: {jobId: $jobId, answers: $answers}) { errors { code message } }
}
"""

SYNC_STATUS = """
subscription SyncStatus($taxpayerId: ID!) {
  syncStatus(taxpayerId: $taxpayerId) {
    kinds { kind held }
    unreadable
  }
}
"""

PROFILE = """
query Profile($taxpayerId: ID!) {
  taxpayer(id: $taxpayerId) {
    rfc
    name
    syncStatus {
      lastConnectionAt
      lastDownloadAt
      kinds { kind held others expectedCadence freshness lastDownloadAt }
      unreadable
    }
    invoices(first: 3) {
      nodes {
        uuid
        issuedAt
        direction
        status
        type { code label }
        issuer { rfc name }
        receiver { rfc name }
        total
        currency { code }
      }
    }
    complianceOpinion { sense folio issuedAt }
    taxStatus { name statusText regimes { name code { code } } address { postalCode state } }
    unreadable(first: 5) { nodes { name reason detail } }
  }
}
"""
