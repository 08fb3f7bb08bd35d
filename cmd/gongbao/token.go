package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gongbao/internal/access"
	"gongbao/internal/identity"
	"gongbao/internal/launch"
)

func newTokenCommand(c *launch.Config) *cobra.Command {
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
			person, err := identity.ParsePerson(c.As)
			if err != nil {
				return launch.Misused(err)
			}
			if life <= 0 || life > identity.OwnLifeMax {
				return launch.Misused(fmt.Errorf("--life: a token lives for up to %s", identity.OwnLifeMax))
			}
			signer, err := c.Signer()
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
