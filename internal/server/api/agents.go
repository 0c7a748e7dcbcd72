package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Agent is an agent, and the server it is on.
type Agent struct {
	ID        int64         `json:"id"`
	Group     int64         `json:"group"`
	UID       string        `json:"uid" doc:"As it calls itself."`
	State     fleet.State   `json:"state" enum:"active,late,missing,tampered,revoked,retired"`
	Since     time.Time     `json:"since" doc:"When it took the state."`
	Why       string        `json:"why,omitempty" doc:"It is in the state."`
	Seen      time.Time     `json:"seen,omitzero" doc:"When its last heartbeat came, as far as the replica that answers knows."`
	Enrolled  time.Time     `json:"enrolled"`
	Ephemeral bool          `json:"ephemeral,omitempty" doc:"It retires by itself once it is missing."`
	Host      AgentHost     `json:"host"`
	Cloud     *AgentCloud   `json:"cloud,omitempty"`
	NotAfter  time.Time     `json:"not_after" doc:"Of its certificate."`
	Replaces  int64         `json:"replaces,omitzero" doc:"The agent that retired when this one enrolled."`
	Source    int64         `json:"source,omitzero" doc:"In whose assessments its server is; absent before its first host document."`
	Document  time.Time     `json:"document,omitzero" doc:"When its latest host document was made."`
	Timeline  []AgentMoment `json:"timeline,omitempty" doc:"The latest of it, with one agent and not in lists."`

	Heartbeat *AgentHeartbeat `json:"heartbeat,omitempty" doc:"The last one, with one agent and not in lists."`
}

// AgentHeartbeat is what an agent last said of itself.
type AgentHeartbeat struct {
	Sequence uint64        `json:"sequence"`
	Came     time.Time     `json:"came"`
	At       time.Time     `json:"at" doc:"By the host's clock."`
	Offset   int64         `json:"offset" doc:"Milliseconds that the host's clock is behind."`
	Uptime   int64         `json:"uptime" doc:"Seconds since the host booted."`
	Waiting  uint64        `json:"waiting" doc:"Events in its spool that are not acknowledged."`
	Dropped  uint64        `json:"dropped" doc:"Events that did not fit into its spool."`
	Spool    int64         `json:"spool" doc:"Bytes of its spool on disk."`
	Modules  []AgentModule `json:"modules"`
}

// AgentModule is the health and the cost of one part of an agent.
type AgentModule struct {
	Name   string  `json:"name"`
	State  string  `json:"state" doc:"ok, degraded, failed or off."`
	Reason string  `json:"reason,omitempty"`
	CPU    float64 `json:"cpu" doc:"Seconds of processor since the agent started."`
}

func heartbeatOf(hb *fleet.Heartbeat) *AgentHeartbeat {
	if hb == nil {
		return nil
	}
	out := &AgentHeartbeat{
		Sequence: hb.Sequence, Came: hb.Came, At: hb.At, Offset: hb.Offset, Uptime: hb.Uptime,
		Waiting: hb.Spool.Last - min(hb.Spool.Acked, hb.Spool.Last), Dropped: hb.Spool.Dropped, Spool: hb.Spool.Bytes, Modules: []AgentModule{},
	}
	for _, m := range hb.Modules {
		out.Modules = append(out.Modules, AgentModule(m))
	}
	return out
}

// AgentHost is what a server says it is.
type AgentHost struct {
	Hostname  string   `json:"hostname"`
	MachineID string   `json:"machine_id,omitempty"`
	OS        string   `json:"os"`
	Arch      string   `json:"arch"`
	Distro    string   `json:"distro,omitempty"`
	Release   string   `json:"release,omitempty"`
	Kernel    string   `json:"kernel,omitempty"`
	Version   string   `json:"version" doc:"Of the agent."`
	Virtual   string   `json:"virtualisation,omitempty"`
	Addresses []string `json:"addresses,omitempty"`
	Labels    []string `json:"labels,omitempty"`
}

// AgentCloud is the instance that a server is.
type AgentCloud struct {
	Provider string `json:"provider"`
	Account  string `json:"account,omitempty"`
	Region   string `json:"region,omitempty"`
	Instance string `json:"instance"`
	Proof    string `json:"proof" enum:"verified,claimed" doc:"Whether the provider's signature says so, or the server alone."`
	Unproven string `json:"unproven,omitempty" doc:"Why it is no more than a claim."`
}

// AgentMoment is a line of an agent's timeline.
type AgentMoment struct {
	ID   int64     `json:"id"`
	At   time.Time `json:"at"`
	Kind string    `json:"kind" doc:"A state, or what happened beside: enrolled, renewed, moved, boot, version, policy, gap, dropped, duplicate, command and others."`
	Text string    `json:"text,omitempty"`
}

func agentOf(a fleet.Agent) Agent {
	h := a.Host
	out := Agent{
		ID: a.ID, Group: a.Group, UID: a.UID, State: a.State, Since: a.Since, Why: a.Why, Seen: a.Seen, Enrolled: a.Enrolled, Ephemeral: a.Ephemeral,
		Host:     AgentHost{h.Hostname, h.MachineID, h.OS, h.Arch, h.Distro, h.Release, h.Kernel, h.Version, h.Virtual, h.Addresses, h.Labels},
		NotAfter: a.NotAfter, Replaces: a.Replaces, Source: a.Source, Document: a.Document,
	}
	if a.Cloud.Provider != "" {
		out.Cloud = &AgentCloud{a.Cloud.Provider, a.Cloud.Account, a.Cloud.Region, a.Cloud.Instance, a.Cloud.Proof, a.Cloud.Unproven}
	}
	return out
}

func momentOf(m fleet.Moment) AgentMoment { return AgentMoment(m) }

func (a *API) agent(ctx context.Context, who tenant.Who, id int64) (Agent, error) {
	got, err := a.Fleet.Get(ctx, who, id)
	if err != nil {
		return Agent{}, err
	}
	out := agentOf(got)
	moments, _, err := a.Fleet.Timeline(ctx, who, id, "", 50)
	if err != nil {
		return Agent{}, err
	}
	out.Timeline = mapped(moments, momentOf)
	hb, err := a.Fleet.Heartbeat(ctx, who, id)
	out.Heartbeat = heartbeatOf(hb)
	return out, err
}

// AgentFilter narrows agents.
type AgentFilter struct {
	Group    int64    `query:"group" minimum:"1" doc:"It and those below it."`
	State    []string `query:"state,explode" enum:"active,late,missing,tampered,revoked,retired"`
	System   []string `query:"system,explode" maxItems:"100" doc:"Such as debian 12."`
	Version  []string `query:"version,explode" maxItems:"100" doc:"Of the agent."`
	Provider []string `query:"provider,explode" maxItems:"100" doc:"Of the cloud; none for servers in none that is known."`
	Proof    []string `query:"proof,explode" enum:"verified,claimed,none"`
	Text     string   `query:"text" maxLength:"200" doc:"How the host name begins, or the instance's or the agent's id."`
}

func (f AgentFilter) query() fleet.Query {
	return fleet.Query{
		Group: f.Group, States: f.State, Systems: f.System, Versions: f.Version, Providers: blank(f.Provider), Proofs: blank(f.Proof), Text: f.Text,
	}
}

// blank puts nothing in the place of the word for having nothing.
func blank(in []string) []string {
	out := make([]string, len(in))
	for i, v := range in {
		if v != "none" {
			out[i] = v
		}
	}
	return out
}

// FleetFacets counts what there is by what it can be narrowed by.
type FleetFacets struct {
	Total  int64                   `json:"total"`
	Facets map[string][]FleetCount `json:"facets"`
}

// FleetCount is how many there are of one value.
type FleetCount struct {
	Value string `json:"value"`
	Count int64  `json:"count"`
}

func facetsOf(total int64, facets []fleet.Facet, err error) (*item[FleetFacets], error) {
	out := FleetFacets{Total: total, Facets: map[string][]FleetCount{}}
	for _, f := range facets {
		out.Facets[f.Name] = mapped(f.Values, func(c fleet.Count) FleetCount { return FleetCount{c.Value, c.N} })
	}
	return one(out, err)
}

// AgentReason is why somebody does something to an agent.
type AgentReason struct {
	Why string `json:"why,omitempty" maxLength:"500"`
}

func (a *API) agents(api huma.API) {
	const tag = "agents"
	add(a, api, operation{id: "list-agents", method: http.MethodGet, path: "/agents", tag: tag, summary: "List agents, the latest enrolled first", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Paging
			AgentFilter
		},
		) (*list[Agent], error) {
			q := in.query()
			q.Cursor, q.Limit = in.Cursor, in.Limit
			all, next, err := a.Fleet.List(ctx, who, q)
			return listed(ctx, mapped(all, agentOf), next, err)
		})
	add(a, api, operation{
		id: "count-agents", method: http.MethodGet, path: "/agents/facets", tag: tag, summary: "Count agents by what they can be narrowed by", needs: tenant.Read,
		description: "Each facet is counted over what the other filters leave. Text narrows no counts.",
	}, func(ctx context.Context, who tenant.Who, in *struct{ AgentFilter }) (*item[FleetFacets], error) {
		return facetsOf(a.Fleet.Facets(ctx, who, in.query()))
	})
	add(a, api, operation{id: "get-agent", method: http.MethodGet, path: "/agents/{id}", tag: tag, summary: "Get an agent with its timeline", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *ByID) (*item[Agent], error) {
			return one(a.agent(ctx, who, in.ID))
		})
	add(a, api, operation{id: "list-agent-timeline", method: http.MethodGet, path: "/agents/{id}/timeline", tag: tag, summary: "List what became of an agent, the latest first", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			ByID
			Paging
		},
		) (*list[AgentMoment], error) {
			all, next, err := a.Fleet.Timeline(ctx, who, in.ID, in.Cursor, in.Limit)
			return listed(ctx, mapped(all, momentOf), next, err)
		})
	add(a, api, operation{id: "get-agent-document", method: http.MethodGet, path: "/agents/{id}/document", tag: tag, summary: "Get the latest host document of an agent", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *ByID) (*item[any], error) {
			text, err := a.Fleet.Document(ctx, who, in.ID)
			if err != nil {
				return nil, err
			}
			var body any
			return one(body, json.Unmarshal(text, &body))
		})
	act := func(verb, summary string, needs tenant.Permission, do func(ctx context.Context, who tenant.Who, id int64, why string) (fleet.Agent, error)) {
		add(a, api, operation{id: verb + "-agent", method: http.MethodPost, path: "/agents/{id}/" + verb, tag: tag, summary: summary, needs: needs},
			func(ctx context.Context, who tenant.Who, in *struct {
				ByID
				Body AgentReason
			},
			) (*item[Agent], error) {
				if _, err := do(ctx, who, in.ID, in.Body.Why); err != nil {
					return nil, err
				}
				return one(a.agent(ctx, who, in.ID))
			})
	}
	act("retire", "Retire an agent for good; its server leaves the ledger", tenant.Administer, func(ctx context.Context, who tenant.Who, id int64, why string) (fleet.Agent, error) {
		return a.Fleet.Retire(ctx, who, id, why)
	})
	act("revoke", "Revoke an agent's certificate: it is refused from now on", tenant.Respond, func(ctx context.Context, who tenant.Who, id int64, why string) (fleet.Agent, error) {
		return a.Fleet.Revoke(ctx, who, id, why)
	})
	act("trust", "Trust an agent that counts as tampered with; say why", tenant.Administer, func(ctx context.Context, who tenant.Who, id int64, why string) (fleet.Agent, error) {
		return a.Fleet.Trust(ctx, who, id, why)
	})
	add(a, api, operation{
		id: "move-agent", method: http.MethodPost, path: "/agents/{id}/move", tag: tag, summary: "Put an agent into another group", needs: tenant.Administer,
		description: "Takes an administrator of both groups.",
	}, func(ctx context.Context, who tenant.Who, in *struct {
		ByID
		Body struct {
			Group int64 `json:"group" minimum:"1"`
		}
	},
	) (*item[Agent], error) {
		if _, err := a.Fleet.Move(ctx, who, in.ID, in.Body.Group); err != nil {
			return nil, err
		}
		moved, err := a.Fleet.Get(ctx, who, in.ID)
		return one(agentOf(moved), err)
	})
	a.agentTokens(api, tag)
	a.agentAuthorities(api, tag)
	a.agentCommands(api, tag)
	a.agentSettings(api, tag)
}

// AgentToken lets agents enrol into a group.
type AgentToken struct {
	ID        int64     `json:"id"`
	Group     int64     `json:"group"`
	Name      string    `json:"name"`
	Hint      string    `json:"hint" doc:"The first characters, to recognise it by."`
	Uses      int64     `json:"uses"`
	Most      int64     `json:"most,omitempty" doc:"Uses; absent without a limit."`
	Ephemeral bool      `json:"ephemeral,omitempty" doc:"Its agents retire by themselves."`
	By        string    `json:"by"`
	Created   time.Time `json:"created"`
	Expires   time.Time `json:"expires"`
	Used      time.Time `json:"used,omitzero"`
	Revoked   time.Time `json:"revoked,omitzero"`
}

// NewAgentToken is a token with its secret, which is shown only now.
type NewAgentToken struct {
	AgentToken
	Secret string `json:"secret"`
}

func agentTokenOf(t fleet.Token) AgentToken { return AgentToken(t) }

func (a *API) agentTokens(api huma.API, tag string) {
	add(a, api, operation{id: "list-agent-tokens", method: http.MethodGet, path: "/agent-tokens", tag: tag, summary: "List tokens for agents to enrol by, newest first", needs: tenant.Administer},
		func(ctx context.Context, who tenant.Who, in *struct{ Paging }) (*list[AgentToken], error) {
			all, next, err := a.Fleet.Tokens(ctx, who, in.Cursor, in.Limit)
			return listed(ctx, mapped(all, agentTokenOf), next, err)
		})
	add(a, api, operation{id: "create-agent-token", method: http.MethodPost, path: "/agent-tokens", tag: tag, summary: "Create a token for agents to enrol by", needs: tenant.Administer, status: http.StatusCreated},
		func(ctx context.Context, who tenant.Who, in *struct {
			Body struct {
				Name      string    `json:"name" minLength:"1" maxLength:"200"`
				Group     int64     `json:"group,omitempty" minimum:"1" doc:"Where its agents lie; the organisation's own group if absent."`
				Most      int64     `json:"most,omitempty" minimum:"0" maximum:"1000000" doc:"How many agents may enrol by it; any number if absent."`
				Ephemeral bool      `json:"ephemeral,omitempty" doc:"Its agents retire by themselves."`
				Expires   time.Time `json:"expires" doc:"Within a year."`
			}
		},
		) (*item[NewAgentToken], error) {
			b := in.Body
			t, secret, err := a.Fleet.AddToken(ctx, who, fleet.Token{Name: b.Name, Group: b.Group, Most: b.Most, Ephemeral: b.Ephemeral, Expires: b.Expires})
			return one(NewAgentToken{agentTokenOf(t), secret}, err)
		})
	add(a, api, operation{id: "revoke-agent-token", method: http.MethodDelete, path: "/agent-tokens/{id}", tag: tag, summary: "Revoke a token; agents that enrolled by it stay", needs: tenant.Administer},
		func(ctx context.Context, who tenant.Who, in *ByID) (*none, error) {
			return nil, a.Fleet.RevokeToken(ctx, who, in.ID)
		})
}

// AgentAuthority signs the certificates and commands of the organisation's agents.
type AgentAuthority struct {
	Serial      int64     `json:"serial"`
	Fingerprint string    `json:"fingerprint" doc:"SHA-256 of its certificate."`
	Created     time.Time `json:"created"`
	NotAfter    time.Time `json:"not_after"`
	Retired     time.Time `json:"retired,omitzero" doc:"Since when nobody trusts it any more, and its key is destroyed."`
	Newest      bool      `json:"newest,omitempty" doc:"It signs what is signed from now on."`
	Agents      int64     `json:"agents" doc:"Whose newest certificate is by it."`
}

func agentAuthorityOf(x fleet.Authority) AgentAuthority { return AgentAuthority(x) }

func (a *API) agentAuthorities(api huma.API, tag string) {
	add(a, api, operation{id: "list-agent-authorities", method: http.MethodGet, path: "/agent-authorities", tag: tag, summary: "List the authorities of the organisation's agents, newest first", needs: tenant.Administer},
		func(ctx context.Context, who tenant.Who, _ *struct{}) (*list[AgentAuthority], error) {
			all, err := a.Fleet.Authorities(ctx, who)
			return listed(ctx, mapped(all, agentAuthorityOf), "", err)
		})
	add(a, api, operation{
		id: "replace-agent-authority", method: http.MethodPost, path: "/agent-authorities", tag: tag, needs: tenant.Administer, status: http.StatusCreated,
		summary: "Make a new authority; the one before is trusted until the last certificate by it has run out",
	},
		func(ctx context.Context, who tenant.Who, _ *struct{}) (*item[AgentAuthority], error) {
			made, err := a.Fleet.ReplaceAuthority(ctx, who)
			return one(agentAuthorityOf(made), err)
		})
	add(a, api, operation{
		id: "retire-agent-authority", method: http.MethodPost, path: "/agent-authorities/{id}/retire", tag: tag, needs: tenant.Administer, status: http.StatusNoContent,
		summary: "Trust an authority that was replaced no more, from now on; its agents renew with their next heartbeat",
	},
		func(ctx context.Context, who tenant.Who, in *struct {
			ByID
			Body struct {
				Why string `json:"why,omitempty" maxLength:"1000"`
			}
		},
		) (*none, error) {
			return nil, a.Fleet.RetireAuthority(ctx, who, in.ID, in.Body.Why)
		})
}

// AgentCommand is something an agent was asked to do.
type AgentCommand struct {
	ID        int64              `json:"id"`
	Group     int64              `json:"group"`
	Agent     int64              `json:"agent"`
	Kind      wire.CommandKind   `json:"kind" enum:"scan,integrity,approve,retire"`
	State     fleet.CommandState `json:"state" enum:"asked,waiting,delivered,done,refused,failed,expired,withdrawn"`
	Why       string             `json:"why,omitempty" doc:"As the agent says."`
	By        string             `json:"by"`
	Approver  string             `json:"approver,omitempty"`
	Created   time.Time          `json:"created"`
	Expires   time.Time          `json:"expires"`
	Delivered time.Time          `json:"delivered,omitzero"`
	Finished  time.Time          `json:"finished,omitzero"`
}

func commandOf(c fleet.Command) AgentCommand {
	return AgentCommand{c.ID, c.Group, c.Agent, c.Kind, c.State, c.Why, c.By, c.Approver, c.Created, c.Expires, c.Delivered, c.Finished}
}

func (a *API) agentCommands(api huma.API, tag string) {
	add(a, api, operation{id: "list-agent-commands", method: http.MethodGet, path: "/agent-commands", tag: tag, summary: "List what agents were asked to do, newest first", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Paging
			Agent int64    `query:"agent" minimum:"1"`
			State []string `query:"state,explode" enum:"asked,waiting,delivered,done,refused,failed,expired,withdrawn"`
		},
		) (*list[AgentCommand], error) {
			states := mapped(in.State, func(s string) fleet.CommandState { return fleet.CommandState(s) })
			all, next, err := a.Fleet.Commands(ctx, who, in.Agent, states, in.Cursor, in.Limit)
			return listed(ctx, mapped(all, commandOf), next, err)
		})
	add(a, api, operation{id: "command-agent", method: http.MethodPost, path: "/agents/{id}/commands", tag: tag, summary: "Ask an agent for a scan", needs: tenant.Respond, status: http.StatusCreated},
		func(ctx context.Context, who tenant.Who, in *struct {
			ByID
			Body struct {
				Kind wire.CommandKind `json:"kind" enum:"scan,integrity" doc:"A host document, or a full scan of file integrity."`
			}
		},
		) (*made[AgentCommand], error) {
			c, err := a.Fleet.Command(ctx, who, in.ID, in.Body.Kind)
			return &made[AgentCommand]{Location: fmt.Sprintf("%s/agent-commands?agent=%d", v1, in.ID), Body: commandOf(c)}, err
		})
	add(a, api, operation{
		id: "approve-agent-command", method: http.MethodPost, path: "/agent-commands/{id}/approve", tag: tag, summary: "Approve what somebody else asked for", needs: tenant.Respond,
		description: "Where a group asks for four eyes; nobody approves what they asked for themselves.",
	}, func(ctx context.Context, who tenant.Who, in *ByID) (*item[AgentCommand], error) {
		c, err := a.Fleet.ApproveCommand(ctx, who, in.ID)
		return one(commandOf(c), err)
	})
	add(a, api, operation{id: "withdraw-agent-command", method: http.MethodPost, path: "/agent-commands/{id}/withdraw", tag: tag, summary: "Take back a command that its agent does not have yet", needs: tenant.Respond},
		func(ctx context.Context, who tenant.Who, in *ByID) (*item[AgentCommand], error) {
			c, err := a.Fleet.WithdrawCommand(ctx, who, in.ID)
			return one(commandOf(c), err)
		})
}

// AgentSettings are what is asked of the agents of a group and those below it.
type AgentSettings struct {
	Group           int64          `json:"group,omitzero" readOnly:"true" doc:"Where they are set; absent for those built in."`
	Interval        int64          `json:"interval" minimum:"5" maximum:"3600" doc:"Of heartbeats, in seconds."`
	Retire          int64          `json:"retire,omitempty" minimum:"0" doc:"Seconds missing after which an agent retires; never if absent."`
	RetireEphemeral int64          `json:"retire_ephemeral,omitempty" minimum:"0" doc:"The same for ephemeral ones."`
	FourEyes        bool           `json:"four_eyes,omitempty" doc:"Changes of files go into the baseline by two people."`
	Policy          map[string]any `json:"policy" doc:"Of the agent."`
}

func settingsOf(s fleet.Settings) (AgentSettings, error) {
	out := AgentSettings{
		Group: s.Group, Interval: int64(s.Interval / time.Second), Retire: int64(s.Retire / time.Second), RetireEphemeral: int64(s.RetireEphemeral / time.Second),
		FourEyes: s.FourEyes,
	}
	return out, json.Unmarshal(s.Policy, &out.Policy)
}

func (a *API) agentSettings(api huma.API, tag string) {
	add(a, api, operation{id: "get-agent-settings", method: http.MethodGet, path: "/groups/{id}/agent-settings", tag: tag, summary: "Get what is asked of a group's agents", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *ByID) (*item[AgentSettings], error) {
			s, err := a.Fleet.Settings(ctx, who, in.ID)
			if err != nil {
				return nil, err
			}
			return one(settingsOf(s))
		})
	add(a, api, operation{id: "change-agent-settings", method: http.MethodPut, path: "/groups/{id}/agent-settings", tag: tag, summary: "Set what is asked of a group's agents, and those of groups below it without settings", needs: tenant.Administer},
		func(ctx context.Context, who tenant.Who, in *struct {
			ByID
			Body AgentSettings
		},
		) (*item[AgentSettings], error) {
			b := in.Body
			policy, err := json.Marshal(b.Policy)
			if err != nil {
				return nil, err
			}
			s, err := a.Fleet.SetSettings(ctx, who, fleet.Settings{
				Group: in.ID, Interval: time.Duration(b.Interval) * time.Second, Retire: time.Duration(b.Retire) * time.Second,
				RetireEphemeral: time.Duration(b.RetireEphemeral) * time.Second, FourEyes: b.FourEyes, Policy: policy,
			})
			if err != nil {
				return nil, err
			}
			return one(settingsOf(s))
		})
}
