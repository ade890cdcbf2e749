# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/stormbox.ko
# modules come and go
while :; do insmod /lab/vaultdrv.ko; rmmod vaultdrv; done &
# processes come and go
for i in 1 2 3; do while :; do /bin/true; (/bin/true | /bin/true); done & done
# files are written and synced
while :; do dd if=/dev/zero of=/tmp/big bs=64k count=200 conv=fsync 2> /dev/null; sync; done &
sleep 10
log "busy for a while now"
