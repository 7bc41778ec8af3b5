-- Rows that a decision lets stand over another row of the hub. Up to this operation the row became what is here, in the
-- operation's columns; NULL: deleted. The operations lead there from a row that the hub does not have any more, so that
-- they cancel each other says nothing about what the hub is to get.
CREATE TABLE offsync.decision (
    operation_id bigint PRIMARY KEY,
    xid          xid8 NOT NULL,
    row          text
);

-- Operations up to this one stand for rows that were in the table before offsync watched it.
ALTER TABLE offsync.synced_table ADD COLUMN existing_up_to bigint;
