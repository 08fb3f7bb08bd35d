package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gongbao/internal/access"
	"gongbao/internal/identity"
)

const tokenLifeMax = 30 * 24 * time.Hour

func newTokenCommand(c *config) *cobra.Command {
	var life time.Duration
	command := &cobra.Command{
		Use:   "token --as NAME@ORGANISATION:ROLE,ROLE",
		Short: "Sign a bearer token for a person, for the demo and a service without an OpenID provider",
		Long: `Signs a token with the key in the data folder, which the service on the same folder takes while OIDC_ISSUER is
not set. The organisation is a member's code, or manager, regulator or operator. The roles are
` + roleNames() + `.`,
		Example: `  TOKEN=$(gongbao token --as li@DONGHU:underwriter)
  curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8080/v1/me
  gongbao token --as wang@regulator:reader --life 8h`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			person, err := identity.ParsePerson(c.as)
			if err != nil {
				return misused(err)
			}
			if life <= 0 || life > tokenLifeMax {
				return misused(fmt.Errorf("--life: a token lives for up to %s", tokenLifeMax))
			}
			signer, err := c.signer()
			if err != nil {
				return err
			}
			token, err := signer.Token(person, life)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), token)
			return err
		},
	}
	command.Flags().DurationVar(&life, "life", time.Hour, "how long the token is good")
	return command
}

func roleNames() string {
	names := make([]string, len(access.Roles))
	for i, role := range access.Roles {
		names[i] = string(role)
	}
	return strings.Join(names, ", ")
}

// print says where the API is and how to get in.
func (d *door) print(out io.Writer) {
	fmt.Fprintf(out, "API:         %s/v1   description: %s/docs/   health: %s/readyz   metrics: %s/metrics\n",
		d.url(), d.url(), d.url(), d.url())
	if d.signer != nil {
		fmt.Fprintln(out, "a token:     gongbao token --as li@SHAHU:underwriter   (with the same --data, if you gave one)")
	}
}
