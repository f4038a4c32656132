/* What nodes ask of the network: of the simulated one, or of real sockets. */
#include "scenarios/engine/net_private.h"

sim_conn scn_net_connect(struct scn_peer *peer, uint32_t address, uint16_t port)
{
    return peer->net->live ? scn_live_connect(peer, address, port) : sim_connect(peer->net->world, peer->sim_node, address, port);
}

bool scn_net_listen(struct scn_peer *peer, uint16_t port)
{
    return peer->net->live ? scn_live_listen(peer, port) : sim_listen(peer->net->world, peer->sim_node, port);
}

void scn_net_unlisten(struct scn_peer *peer)
{
    if (peer->net->live)
        scn_live_unlisten(peer);
    else
        sim_unlisten(peer->net->world, peer->sim_node);
}

bool scn_net_write(struct scn_net *net, sim_conn end, struct pc_buf *octets)
{
    if (net->live)
        return scn_live_write(net->live, end, octets);
    sim_write(net->world, end, octets->data, octets->size, octets);
    return sim_conn_blocked(net->world, end);
}

void scn_net_pause(struct scn_net *net, sim_conn end)
{
    if (net->live)
        scn_live_pause(net->live, end, true);
    else
        sim_pause(net->world, end);
}

void scn_net_resume(struct scn_net *net, sim_conn end)
{
    if (net->live)
        scn_live_pause(net->live, end, false);
    else
        sim_resume(net->world, end);
}

void scn_net_close(struct scn_net *net, sim_conn end)
{
    if (net->live)
        scn_live_let_go(net->live, end, false);
    else
        sim_close(net->world, end);
}

void scn_net_abort(struct scn_net *net, sim_conn end)
{
    if (net->live)
        scn_live_let_go(net->live, end, true);
    else
        sim_abort(net->world, end);
}

sim_conn scn_net_conn_find(struct scn_peer *peer, pc_conn conn)
{
    return peer->net->live ? scn_live_find(peer, conn) : sim_conn_find(peer->net->world, peer->sim_node, conn);
}

void scn_net_conn_set_tag(struct scn_net *net, sim_conn end, pc_conn conn)
{
    if (net->live)
        scn_live_set_tag(net->live, end, conn);
    else
        sim_conn_set_tag(net->world, end, conn);
}

pc_conn scn_net_conn_tag(const struct scn_net *net, sim_conn end)
{
    return net->live ? scn_live_tag(net->live, end) : sim_conn_tag(net->world, end);
}

void scn_net_conn_view(struct scn_net *net, sim_conn end, struct sim_conn_view *view)
{
    if (net->live)
        scn_live_view(net->live, end, view);
    else
        sim_conn_view(net->world, end, view);
}

uint32_t scn_net_link(const struct scn_net *net, sim_conn end)
{
    struct sim_conn_view view;
    if (!net->live)
        return sim_link(net->world, end);
    scn_live_view(net->live, end, &view);
    return view.link;
}

uint32_t scn_net_here(const struct scn_net *net, uint32_t address)
{
    return net->live ? scn_live_address(net->live, address) : address;
}

void scn_net_faults_changed(struct scn_net *net)
{
    if (net->live)
        scn_live_faults_changed(net->live);
}

void scn_net_run(struct scn_net *net, const struct sim_progress *progress)
{
    if (net->live)
        scn_live_run(net->live, progress);
    else
        sim_run_until(net->world, INT64_MAX / 2, progress);
}

int64_t scn_net_elapsed(const struct scn_net *net)
{
    return scn_live_elapsed(net->live);
}
