-- What a claim's dossier holds: facts about each document; the bytes lie in a store, under their hash.

CREATE TABLE claim_document (
    pool         text        NOT NULL,
    claim        text        NOT NULL,
    number       integer     NOT NULL, -- counted per claim
    name         text        NOT NULL,
    kind         text        NOT NULL,
    media_type   text        NOT NULL,
    size         bigint      NOT NULL, -- bytes
    sha256       bytea       NOT NULL,
    organisation text        NOT NULL, -- who filed it
    actor        text        NOT NULL,
    recorded     timestamptz NOT NULL,
    CONSTRAINT claim_document_pool_claim_number_key PRIMARY KEY (pool, claim, number),
    CONSTRAINT claim_document_pool_claim_fkey FOREIGN KEY (pool, claim) REFERENCES claim (pool, number),
    CONSTRAINT claim_document_sha256_whole CHECK (octet_length(sha256) = 32)
);

-- Evidence may name the document it is.
ALTER TABLE claim_evidence ADD CONSTRAINT claim_evidence_pool_claim_document_fkey
    FOREIGN KEY (pool, claim, document) REFERENCES claim_document (pool, claim, number);
