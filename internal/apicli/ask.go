package apicli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"gongbao/internal/fault"
	"gongbao/internal/words"
)

const answerMax = 64 << 20 // bytes of one answer that are read

// request is what a command sends.
type request struct {
	method, path  string
	query, header map[string]string
	body          []byte
	media         string
}

// answer is what comes back.
type answer struct {
	media string
	body  []byte
}

// Refusal is the service's no: a problem (RFC 9457).
type Refusal struct {
	Status int           `json:"status"`
	Title  string        `json:"title"`
	Code   string        `json:"code"`
	Detail string        `json:"detail"`
	Remedy string        `json:"remedy"`
	Errors []fault.Field `json:"errors"`
	ID     string        `json:"request_id"`
}

// Error says what the rule is, what this case adds, and every faulty field.
func (r *Refusal) Error() string {
	text := r.Title
	if r.Detail != "" {
		text += ": " + r.Detail
	}
	if r.Code != "" {
		text += " (" + r.Code + ")"
	}
	for _, field := range r.Errors {
		text += "\n  "
		if field.Path != "" {
			text += field.Path + ": "
		}
		text += field.Message
	}
	if r.Remedy != "" {
		text += "\n  " + r.Remedy
	}
	if r.Status >= http.StatusInternalServerError && r.ID != "" {
		text += "\n  request " + r.ID
	}
	return text
}

func fillPlace(path, name, with string) string {
	return strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(with))
}

// mediaOf is the media type of a file by its name.
func mediaOf(name string) string {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".csv":
		return "text/csv"
	case ".xlsx":
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case ".json":
		return mediaJSON
	}
	return ""
}

// ask sends the request and, with --all, follows the pages.
func (c *call) ask(ctx context.Context, connection *Connection, r *request) (*answer, error) {
	first, err := send(ctx, connection, r)
	if err != nil || !c.all {
		return first, err
	}
	var joined []json.RawMessage
	page := first
	for {
		var list struct {
			Items []json.RawMessage `json:"items"`
			Next  string            `json:"next"`
		}
		if err := json.Unmarshal(page.body, &list); err != nil {
			return nil, fmt.Errorf("read a page: %w", err)
		}
		joined = append(joined, list.Items...)
		if list.Next == "" {
			break
		}
		r.query[pageAfter] = list.Next
		if page, err = send(ctx, connection, r); err != nil {
			return nil, err
		}
	}
	body, err := json.Marshal(map[string]any{pageItems: joined})
	return &answer{media: first.media, body: body}, err
}

func send(ctx context.Context, connection *Connection, r *request) (*answer, error) {
	query := url.Values{}
	for name, text := range r.query {
		query.Set(name, text)
	}
	address := connection.URL + r.path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	asked, err := http.NewRequestWithContext(ctx, r.method, address, bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	asked.Header.Set("Authorization", "Bearer "+connection.Token)
	if read, ok := words.OfLocale(os.Getenv); ok {
		asked.Header.Set("Accept-Language", read.Language)
	}
	if r.media != "" {
		asked.Header.Set("Content-Type", r.media)
	}
	for name, text := range r.header {
		asked.Header.Set(name, text)
	}
	response, err := connection.Client.Do(asked)
	if err != nil {
		return nil, fmt.Errorf("reach the service: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, answerMax))
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	media, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if response.StatusCode < http.StatusMultipleChoices {
		return &answer{media: media, body: body}, nil
	}
	refusal := &Refusal{}
	if json.Unmarshal(body, refusal) != nil || refusal.Title == "" {
		refusal.Title = "the service answers " + response.Status
	}
	return nil, refusal
}
