# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/treewalk.ko
( echo menud > /proc/self/comm; read -r line < /proc/menu ) &
