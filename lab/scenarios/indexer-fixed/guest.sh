# Runs in the guest, sourced by init.
sh -c 'echo 1000 > /proc/self/oom_score_adj; exec /lab/eater fulltextd'
sleep 2
log "busy for a while now"
