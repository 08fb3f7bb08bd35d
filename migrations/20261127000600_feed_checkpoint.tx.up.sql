-- Where in its topic a pool's last published fact lay a moment ago. The topic stays the checkpoint: a relay that connects
-- begins to read here, and believes it only when the fact is still there. So it need not guess how far back to read
-- where others have written into the topic as well.
CREATE TABLE feed_checkpoint (
    pool     text   NOT NULL,
    topic    text   NOT NULL,
    position bigint NOT NULL,
    place    bigint NOT NULL, -- its offset in the pool's partition
    CONSTRAINT feed_checkpoint_pool_key PRIMARY KEY (pool)
);
