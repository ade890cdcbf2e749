# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/cbtable.ko
( echo plcd > /proc/self/comm
for command in 0 1 4; do echo $command > /sys/module/cbtable/parameters/command; done ) &
