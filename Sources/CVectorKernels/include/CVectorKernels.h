#pragma once
#include "float_rows.h"
