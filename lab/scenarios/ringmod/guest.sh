# Runs in the guest, sourced by init.
/lab/idlers
insmod /lab/ringmod.ko
/lab/client hangup write /dev/modem 9 &
sleep 1
/lab/client dialer write /dev/modem 2 &
sleep 1
for i in 1 2 3; do /lab/client signaller write /dev/modem 1 & done
sleep 8
log "busy for a while now"
