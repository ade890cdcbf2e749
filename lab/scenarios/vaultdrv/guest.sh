# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/vaultdrv.ko
/lab/client -n 0 -u 5000 sealer ioctl /dev/vault 1 &
sleep 1
for i in 1 2 3; do /lab/client -n 0 -u 2000 visitor read /dev/vault & done
sleep 7
log "busy for a while now"
