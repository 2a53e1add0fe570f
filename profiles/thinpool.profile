# Written by dmtool for one thin pool. Values as in lvm.conf(5), section activation.
activation {
	thin_pool_autoextend_threshold=@THRESHOLD@
	thin_pool_autoextend_percent=@PERCENT@
}
