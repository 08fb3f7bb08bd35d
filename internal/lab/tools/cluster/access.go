package cluster

import (
	"context"
	"fmt"

	"github.com/twmb/franz-go/pkg/kadm"
)

// Rights are what a user may do with a topic. They are those of docs/kafka.md.
type Rights struct {
	Topic    string
	Prefixed bool // every topic whose name begins so
	Write    bool // read, write, and the transactions of the relay; else read only
	Create   bool // make the topic, and give it partitions; not needed when somebody else does
}

// Grant gives a user rights on a secured cluster.
func (c *Cluster) Grant(ctx context.Context, user string, rights Rights) error {
	client, err := c.Admin().NewClient()
	if err != nil {
		return err
	}
	defer client.Close()
	admin := kadm.NewClient(client)
	pattern := kadm.ACLPatternLiteral
	if rights.Prefixed {
		pattern = kadm.ACLPatternPrefixed
	}
	operations := []kadm.ACLOperation{kadm.OpRead}
	if rights.Write {
		operations = append(operations, kadm.OpWrite)
	}
	if rights.Create {
		operations = append(operations, kadm.OpCreate, kadm.OpAlter)
	}
	wanted := []*kadm.ACLBuilder{
		kadm.NewACLs().Topics(rights.Topic).Operations(operations...).ResourcePatternType(pattern),
	}
	if rights.Write { // a pool each has a transactional id of its own
		wanted = append(wanted, kadm.NewACLs().TransactionalIDs("gongbao.relay."+rights.Topic).Operations(kadm.OpWrite).
			ResourcePatternType(kadm.ACLPatternPrefixed))
	}
	for _, list := range wanted {
		list.Allow("User:" + user)
		made, err := admin.CreateACLs(ctx, list)
		if err != nil {
			return fmt.Errorf("grant %s its rights: %w", user, err)
		}
		for _, one := range made {
			if one.Err != nil {
				return fmt.Errorf("grant %s its rights: %w", user, one.Err)
			}
		}
	}
	return nil
}

// AddUser makes a user of a secured cluster, who has no rights yet, and gives what it needs to say who it is.
func (c *Cluster) AddUser(ctx context.Context, user string) (password string, err error) {
	client, err := c.Admin().NewClient()
	if err != nil {
		return "", err
	}
	defer client.Close()
	password = secret()
	made, err := kadm.NewClient(client).AlterUserSCRAMs(ctx, nil, []kadm.UpsertSCRAM{
		{User: user, Mechanism: kadm.ScramSha512, Iterations: 4096, Password: password},
	})
	if err == nil {
		err = made.Error()
	}
	if err != nil {
		return "", fmt.Errorf("add the user %s: %w", user, err)
	}
	return password, nil
}
