package httpapi

import "context"

// writePapers writes what is due, beside the requests: who has asked for it need not wait, and a large statement is
// longer in the writing than a request may take.
func (s *Server) writePapers(ctx context.Context) {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.writing.Go(func() {
		defer stop()
		written, err := s.Papers.WriteDue(ctx)
		if err != nil && ctx.Err() == nil {
			s.Log.Error().Err(err).Msg("write papers; it is tried again")
		}
		if written > 0 && s.Wake != nil {
			s.Wake()
		}
	})
	go func() {
		select {
		case <-s.closed:
			stop()
		case <-ctx.Done():
		}
	}()
}

// Finish waits until the papers are written that the requests so far have asked for.
func (s *Server) Finish() { s.writing.Wait() }
