package door

import (
	"net/http"
	"strings"
)

// The pages that show the API's description bring their scripts and styles with them, and start with a script in the
// page. Nothing else that is answered is a page: a browser that takes it for one is to run nothing of it.
const (
	nothingRuns = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
	pagesRun    = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; " +
		"img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
	yearByTLS = "max-age=31536000"
)

// Secure sets what a browser is to be told with every answer. Whoever came by TLS once is to come by it for a year.
func Secure(headers http.Header, path string, tls bool) {
	headers.Set("X-Content-Type-Options", "nosniff")
	headers.Set("X-Frame-Options", "DENY")
	headers.Set("Referrer-Policy", "no-referrer")
	headers.Set("Cross-Origin-Opener-Policy", "same-origin")
	headers.Set("Cross-Origin-Resource-Policy", "same-origin")
	headers.Set("Cache-Control", "no-store")
	policy := nothingRuns
	if strings.HasPrefix(path, "/docs/") {
		policy = pagesRun
	}
	headers.Set("Content-Security-Policy", policy)
	if tls {
		headers.Set("Strict-Transport-Security", yearByTLS)
	}
}
