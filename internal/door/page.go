package door

import "encoding/base64"

// PageDefault is how many items a page has when nobody says.
const PageDefault = 100

// Seal makes a cursor of the place where a page ends. Cursors are opaque, so that nobody builds one.
func Seal(place string) string { return base64.RawURLEncoding.EncodeToString([]byte(place)) }

// Unseal gives the place where a page ended.
func Unseal(cursor string) (string, error) {
	place, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return "", ErrNoCursor
	}
	return string(place), nil
}

// ErrNoCursor refuses a cursor that no page gave.
var ErrNoCursor = ErrRequestInvalid.At("query.after", "this is no cursor that a page gave")
