import ExperimentModel

/// nginx's default: smooth weighted round robin with effective weights.
enum NginxWeightedRoundRobin: SmoothTurnsCard {
  static let card = StrategyCard(
    name: "nginx.weighted-round-robin",
    summary: "in proportion to the weights, evenly spread; failures lower a weight for a while",
    whenToUse: "when nginx stands before equal requests: its standard, and the one with "
      + "the fewest surprises",
    source: "nginx, src/http/ngx_http_upstream_round_robin.c",
    aliases: ["nginx.round_robin"])
}
