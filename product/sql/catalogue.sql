-- name: FindItem
SELECT :columns FROM catalogue_item WHERE line = @line AND edition = @edition AND item = @item

-- name: Items
-- After names the last of the page before.
SELECT :columns FROM catalogue_item
WHERE line = @line AND edition || ' ' || item > @after AND (@edition = '' OR edition = @edition)
ORDER BY edition || ' ' || item LIMIT @most
