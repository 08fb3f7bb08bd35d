package httpapi

import (
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"

	"gongbao/internal/door"
	"gongbao/internal/imports"
)

// Server answers requests.
type Server struct {
	Options

	mux       *http.ServeMux
	api       huma.API
	metrics   *metrics
	routes    map[string]route // by id
	runner    *imports.Runner
	kinds     []ImportKind
	gate      *door.Gate
	deadlines Deadlines

	writing sync.WaitGroup // of papers, beside the requests
	closed  chan struct{}  // when nothing more is begun
}

// Metrics is what /metrics shows.
func (s *Server) Metrics() prometheus.Gatherer { return s.metrics.registry }

// OpenAPI is the description of the API.
func (s *Server) OpenAPI() *huma.OpenAPI { return s.api.OpenAPI() }
