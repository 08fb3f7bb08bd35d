package testdb

import (
	"context"
	"errors"
	"os"
)

// server is the superuser's address of the Postgres the tests run on.
func server() string { return os.Getenv("GONGBAO_TEST_DATABASE_URL") }

func startServer(context.Context) error {
	if server() == "" {
		return errors.New("GONGBAO_TEST_DATABASE_URL is not set")
	}
	return nil
}
