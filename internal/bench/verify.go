package bench

import "context"

func benchVerify(ctx context.Context, r *run) error { return nil }
