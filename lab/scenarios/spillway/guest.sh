# Runs in the guest, sourced by init.
echo 1 > /proc/sys/vm/panic_on_oom
mount -t tmpfs -o size=100% tmpfs /mnt 2>/dev/null || { mkdir -p /mnt; mount -t tmpfs -o size=100% tmpfs /mnt; }
dd if=/dev/zero of=/mnt/spool bs=1M count=4000 &
