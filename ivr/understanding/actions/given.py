"""The answers that the program gives by itself: its actions and forms, no rule names them.

Written down, because names are put together in places (`utter_order_status_…`); a test compares it
with what the code says.
"""

from typing import get_args

from ivr.config.company import KnownOrder

_STATES = get_args(KnownOrder.model_fields["status"].annotation)

GIVEN = frozenset(
    {
        "utter_address_kept",
        "utter_appointment_closed",
        "utter_appointment_hours",
        "utter_appointment_kept",
        "utter_appointment_out_of_range",
        "utter_appointment_past",
        "utter_callback_kept",
        "utter_company_address",
        "utter_confirm_address",
        "utter_confirm_appointment",
        "utter_confirm_order",
        "utter_confirm_phone",
        "utter_contact",
        "utter_delivery_time",
        "utter_form_failed",
        "utter_form_handed_over",
        "utter_form_once_more",
        "utter_form_stopped",
        "utter_hours_closed_by_now",
        "utter_hours_day_open",
        "utter_hours_open_break",
        "utter_hours_open_now",
        "utter_hours_opens_later",
        "utter_hours_shut",
        "utter_hours_special_day",
        "utter_hours_week",
        "utter_inform",
        "utter_message_kept",
        "utter_no_parking",
        "utter_not_kept",
        "utter_one_by_one",
        "utter_order_placed",
        "utter_order_unknown",
        "utter_parking",
        "utter_payment_methods",
        "utter_price",
        "utter_product_available",
        "utter_product_few_left",
        "utter_product_sold_out",
        "utter_quantity_too_many",
        "utter_return_goods",
        "utter_return_goods_own_cost",
        "utter_shipping_cost",
        "utter_shipping_cost_free_from",
        "utter_shipping_free",
        "utter_voucher",
        "utter_warranty",
        "utter_what_product",
        "utter_what_to_change",
        "utter_which_product",
        *(f"utter_order_status_{state}" for state in _STATES),
        *(f"utter_order_status_{state}_dated" for state in _STATES),
        *(
            f"utter_hours_{which}_{why}"
            for which in ("today", "day")
            for why in ("holiday", "closed")
        ),
    }
)
