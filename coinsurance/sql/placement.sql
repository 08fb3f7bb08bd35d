-- name: AcceptingMembers
SELECT member FROM placement WHERE pool = @pool AND policy = @policy AND decision = 'accepted'
