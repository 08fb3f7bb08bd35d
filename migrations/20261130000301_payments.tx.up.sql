-- Payment files for banks, and what banks answer. Entries of accounts belong to no pool until they are allocated: they bear the
-- pool code ZONE.

-- A pain.001 as it was made, byte for byte. Nothing of it changes but where it stands.
CREATE TABLE payment_file (
    pool        text        NOT NULL,
    number      integer     NOT NULL, -- from 1
    message     text        NOT NULL, -- its id, by which banks answer
    payer       text        NOT NULL, -- '' where the pool manager pays for several by mandate
    day         date        NOT NULL, -- on which banks are to execute it
    orders      integer     NOT NULL,
    amount      bigint      NOT NULL,
    sha256      bytea       NOT NULL,
    content     bytea       NOT NULL,
    state       text        NOT NULL,
    made_by     text        NOT NULL,
    made        timestamptz NOT NULL,
    released_by text        NOT NULL,
    released    timestamptz,
    reason      text        NOT NULL, -- for which it was made void
    CONSTRAINT payment_file_pool_number_key PRIMARY KEY (pool, number),
    CONSTRAINT payment_file_state_known CHECK (state IN ('made', 'released', 'void')),
    CONSTRAINT payment_file_sha256_length CHECK (octet_length(sha256) = 32),
    CONSTRAINT payment_file_released_by_another CHECK (released_by <> made_by)
);
--bun:split
-- An attempt to pay an order, or what is left of it: the file it is in, and the bank details that were used.
CREATE TABLE payment_attempt (
    pool         text    NOT NULL,
    order_id     text    NOT NULL,
    attempt      integer NOT NULL,
    file         integer NOT NULL,
    payment      text    NOT NULL, -- the id of the payer's part of the file
    payer        text    NOT NULL,
    payee        text    NOT NULL,
    payer_entry  bigint  NOT NULL, -- number of the bank details
    payee_entry  bigint  NOT NULL,
    amount       bigint  NOT NULL,
    state        text    NOT NULL,
    reason       text    NOT NULL, -- the bank's
    CONSTRAINT payment_attempt_pool_order_id_attempt_key PRIMARY KEY (pool, order_id, attempt),
    CONSTRAINT payment_attempt_state_known CHECK (state IN ('made', 'released', 'accepted', 'rejected', 'void')),
    CONSTRAINT payment_attempt_file_fkey FOREIGN KEY (pool, file) REFERENCES payment_file (pool, number),
    CONSTRAINT payment_attempt_order_fkey FOREIGN KEY (pool, order_id) REFERENCES payment_order (pool, id)
);
--bun:split
CREATE INDEX payment_attempt_pool_file_idx ON payment_attempt (pool, file);
--bun:split
-- A file of a bank that was read.
CREATE TABLE bank_file (
    pool    text        NOT NULL, -- ZONE
    sha256  bytea       NOT NULL,
    kind    text        NOT NULL, -- the message, or the profile of a table
    read_by text        NOT NULL,
    read    timestamptz NOT NULL,
    CONSTRAINT bank_file_pool_sha256_key PRIMARY KEY (pool, sha256),
    CONSTRAINT bank_file_sha256_length CHECK (octet_length(sha256) = 32)
);
--bun:split
-- A transfer that a bank has booked on an account. Its key is the bank's own reference with the transfer's place, else a hash.
CREATE TABLE bank_entry (
    pool                 text    NOT NULL, -- ZONE
    account              text    NOT NULL,
    key                  text    NOT NULL,
    file                 bytea   NOT NULL, -- the first that said so
    day                  date    NOT NULL,
    amount               bigint  NOT NULL,
    credit               boolean NOT NULL, -- into the account
    returned             boolean NOT NULL, -- it takes an earlier one back
    end_to_end           text    NOT NULL,
    payment              text    NOT NULL, -- the part of a file that it pays as a whole
    reference            text    NOT NULL,
    counterparty         text    NOT NULL,
    counterparty_account text    NOT NULL,
    remark               text    NOT NULL,
    CONSTRAINT bank_entry_pool_account_key_key PRIMARY KEY (pool, account, key),
    CONSTRAINT bank_entry_amount_positive CHECK (amount > 0)
);
--bun:split
-- What of an entry was allocated to an order, or taken away again.
CREATE TABLE bank_match (
    pool       text        NOT NULL, -- ZONE
    account    text        NOT NULL,
    key        text        NOT NULL,
    number     integer     NOT NULL, -- counted per entry
    order_pool text        NOT NULL,
    order_id   text        NOT NULL,
    attempt    integer     NOT NULL,
    credit     boolean     NOT NULL, -- the payee's side
    returned   boolean     NOT NULL,
    amount     bigint      NOT NULL, -- below zero for what is undone
    how        text        NOT NULL,
    undoes     integer     NOT NULL, -- number of another; 0 for none
    matched_by text        NOT NULL,
    matched    timestamptz NOT NULL,
    CONSTRAINT bank_match_pool_account_key_number_key PRIMARY KEY (pool, account, key, number),
    CONSTRAINT bank_match_amount_not_zero CHECK (amount <> 0),
    CONSTRAINT bank_match_how_known CHECK (how IN ('end_to_end', 'payment', 'reference', 'person', 'undo')),
    CONSTRAINT bank_match_entry_fkey FOREIGN KEY (pool, account, key) REFERENCES bank_entry (pool, account, key)
);
--bun:split
CREATE INDEX bank_match_pool_order_pool_order_id_idx ON bank_match (pool, order_pool, order_id);
