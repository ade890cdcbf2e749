# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/vaultdrv.ko
/lab/client -n 0 -u 5000 sealer ioctl /dev/vault 1 &
sleep 1
/lab/tollpi &
sleep 9
log "busy for a while now"
