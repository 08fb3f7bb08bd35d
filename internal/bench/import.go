package bench

import "context"

func benchImport(ctx context.Context, r *run) error { return nil }
